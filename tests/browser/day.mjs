// An officer's day at the console by keyboard alone: no mouse, no element is clicked or given the focus from here.

/** @typedef {import("puppeteer-core").Page} Page */

/** Press keys, one after the other.
 * @param {Page} page @param {string[]} keys */
async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(/** @type {any} */ (key));
}

/** Press a key that leads to another page, and wait for that page.
 * @param {Page} page @param {string} key */
async function leave(page, key) {
  await Promise.all([page.waitForNavigation(), press(page, key)]);
}

/** Go on with Tab until the focus is on something.
 * @param {Page} page @param {string} selector */
async function tabTo(page, selector) {
  for (let often = 0; often < 80; often += 1) {
    if (await page.evaluate((what) => document.activeElement?.matches(what), selector)) return;
    await press(page, "Tab");
  }
  throw new Error(`Tab never came to ${selector}`);
}

/** @param {Page} page */
async function focused(page) {
  return page.evaluate(() => document.activeElement?.textContent ?? "");
}

/** @param {Page} page */
async function shown(page) {
  return page.$eval("main", (main) => main.innerText);
}

/** Sign in, filter, open, grade, answer, close; then take and undo, and switch the shortcuts off.
 * @param {Page} page @param {{url: string, name: string, passphrase: string, language: string, reply: string}} what */
export async function day(page, what) {
  await page.goto(new URL("/sign-in", what.url).href);
  await tabTo(page, "#name");
  await page.keyboard.type(what.name);
  await tabTo(page, "#passphrase");
  await page.keyboard.type(what.passphrase);
  await leave(page, "Enter");
  await press(page, "j");
  const first = await focused(page);
  await press(page, "j", "j", "k");
  const second = await focused(page);

  await tabTo(page, "#by-lang");
  await page.keyboard.type(what.language);
  await tabTo(page, ".sifting button");
  await leave(page, "Enter");
  const filtered = await page.$$eval("tr.line th a", (all) => all.map((link) => link.textContent));
  const address = page.url();

  await press(page, "j");
  await leave(page, "Enter");
  const opened = new URL(page.url()).pathname;
  await press(page, "g");
  await press(page, "ArrowDown");
  await tabTo(page, ".assessment form button");
  await leave(page, "Enter");
  const graded = await shown(page);

  await press(page, "a");
  await page.keyboard.type(what.reply);
  const typed = await page.$eval("#text", (text) => /** @type {any} */ (text).value);
  await tabTo(page, '#reply button[value="send"]');
  await leave(page, "Enter");
  const answered = await shown(page);

  await leave(page, "i");
  await press(page, "j", "x");
  await leave(page, "t");
  const taken = await shown(page);
  await leave(page, "u");
  const undone = await shown(page);

  await press(page, "j", "j", "j", "x");
  await leave(page, "c");
  await tabTo(page, "#close");
  await page.keyboard.type("Spam");
  await tabTo(page, "form .main");
  await leave(page, "Enter");
  const closed = await shown(page);

  await press(page, "?");
  const sheet = await page.$eval("dialog", (dialog) => dialog.open && dialog.innerText);
  await press(page, "Space", "Escape", "?");
  const off = await page.$eval("dialog", (dialog) => !dialog.open);
  return {
    first,
    second,
    filtered,
    address,
    opened,
    graded,
    typed,
    answered,
    taken,
    undone,
    closed,
    sheet,
    off,
  };
}

/** Sign in and wait, with the page open, until it says that something came.
 * @param {Page} page @param {{url: string, name: string, passphrase: string}} what */
export async function waitForNews(page, what) {
  await page.goto(new URL("/sign-in", what.url).href);
  await tabTo(page, "#name");
  await page.keyboard.type(what.name);
  await tabTo(page, "#passphrase");
  await page.keyboard.type(what.passphrase);
  await leave(page, "Enter");
  await press(page, "j");
  const before = await focused(page);
  const place = () =>
    page.evaluate(() => Math.round(document.activeElement?.getBoundingClientRect().top ?? 0));
  const at = await place();
  // A page that is looked at again asks at once; so does this one, until there is something.
  await page.waitForFunction(
    () => {
      document.dispatchEvent(new Event("visibilitychange"));
      return document.querySelector("#news a:not([hidden])") !== null;
    },
    { polling: 100 },
  );
  const says = await page.$eval("#news", (news) => news.textContent);
  return { says, before, after: await focused(page), moved: (await place()) - at };
}

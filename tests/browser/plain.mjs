// What a visitor without JavaScript does: the plain pages, by mouse and keyboard.

/** @typedef {import("puppeteer-core").Page} Page */

/** Go to the plain pages as the page without JavaScript says.
 * @param {Page} page @param {string} url @param {string} link */
async function enter(page, url, link) {
  await page.setJavaScriptEnabled(false);
  await page.goto(url);
  await press(page, "noscript a");
  await press(page, `a[href="${link}"]`);
}

/** @param {Page} page @param {string} selector */
async function press(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

/** Type with real key presses: without JavaScript nothing else can.
 * @param {Page} page @param {string} selector @param {string} text */
async function type(page, selector, text) {
  await page.click(selector);
  const session = await page.createCDPSession();
  await session.send("Input.insertText", { text });
  await session.detach();
}

/** @param {Page} page @param {{url: string, category: string, danger: string, text: string}} what */
export async function tellPlain(page, what) {
  await enter(page, what.url, "/plain/tell");
  const notice = await page.$eval(".notice", (element) => element.textContent);
  await page.click(`input[name=category][value=${what.category}]`);
  await page.click(`input[name=danger][value=${what.danger}]`);
  await type(page, "#text", what.text);
  await press(page, "button[type=submit]");
  const receipt = await page.$eval("#receipt", (element) => element.textContent?.trim());
  return { receipt, notice };
}

/** @param {Page} page @param {{url: string, receipt: string}} what */
export async function comeBackPlain(page, what) {
  await enter(page, what.url, "/plain/read");
  await type(page, "#receipt", what.receipt);
  await press(page, "button[type=submit]");
  return {
    replies: await page.$$eval(".reply-text", (all) => all.map((one) => one.textContent ?? "")),
    shown: await page.$eval("body", (body) => body.textContent),
  };
}

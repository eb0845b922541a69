// Second factors at the console, by keyboard: Chromium's own virtual security key, and codes that are typed.

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("puppeteer-core").Protocol.WebAuthn.Credential} Key */

/** Plug a key in that answers every touch; *keys* are what it holds.
 * @param {Page} page @param {Key[]} keys */
async function plugIn(page, keys) {
  const cdp = await page.createCDPSession();
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "usb",
      hasResidentKey: false,
      hasUserVerification: false,
      automaticPresenceSimulation: true,
    },
  });
  for (const credential of keys) {
    await cdp.send("WebAuthn.addCredential", { authenticatorId, credential });
  }
  return async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
}

/** @param {Page} page */
async function read(page) {
  return {
    address: new URL(page.url()).pathname,
    shown: await page.$eval("body", (body) => body.innerText),
    secret: (await page.$eval(".secret", (code) => code.textContent).catch(() => "")) ?? "",
  };
}

/** Open a page, and wait until it has put the focus where somebody begins.
 * @param {Page} page @param {{url: string, path: string}} what */
async function begin(page, what) {
  await page.goto(new URL(what.path, what.url).href);
  await page.waitForFunction(() => document.activeElement?.matches("input, button"));
}

/** Press Enter where the focus is, and wait for the next page.
 * @param {Page} page */
async function enter(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

/** Give name and passphrase.
 * @param {Page} page @param {{url: string, name: string, passphrase: string}} what */
export async function passphrase(page, what) {
  await begin(page, { url: what.url, path: "/sign-in" });
  await page.keyboard.type(what.name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(what.passphrase);
  await enter(page);
  return read(page);
}

/** Open a page.
 * @param {Page} page @param {{url: string, path: string}} what */
export async function openPage(page, what) {
  await page.goto(new URL(what.path, what.url).href);
  return read(page);
}

/** Add a new key on a page that offers it.
 * @param {Page} page @param {{url: string, path: string, label: string}} what */
export async function enrolKey(page, what) {
  const held = await plugIn(page, []);
  await begin(page, what);
  await page.keyboard.type(what.label);
  await enter(page);
  return { ...(await read(page)), keys: await held() };
}

/** Use one of these keys on a page that asks for one. *refused*: the browser itself has none to offer.
 * @param {Page} page @param {{url: string, path: string, keys: Key[], refused?: boolean}} what */
export async function useKey(page, what) {
  const held = await plugIn(page, what.keys);
  await begin(page, what);
  if (what.refused) {
    await page.keyboard.press("Enter");
    await page.waitForFunction(() =>
      document.querySelector("[data-says]")?.textContent?.startsWith("No key"),
    );
  } else {
    await enter(page);
  }
  return { ...(await read(page)), keys: await held() };
}

/** Type a code, and a name for the telephone where one is asked.
 * @param {Page} page @param {{url: string, path: string, code: string, label?: string}} what */
export async function typeCode(page, what) {
  await page.goto(new URL(what.path, what.url).href);
  if (what.label) await page.type("#code-name", what.label);
  await page.type("#code", what.code);
  await enter(page);
  return read(page);
}

/** Press a button by its words, the hidden ones too.
 * @param {Page} page @param {{url: string, path: string, words: string}} what */
export async function pressButton(page, what) {
  await page.goto(new URL(what.path, what.url).href);
  for (const button of await page.$$("button")) {
    const words = await button.evaluate((element) => element.textContent);
    if (words?.replaceAll(/\s+/g, " ").trim() !== what.words) continue;
    await button.focus();
    await enter(page);
    return read(page);
  }
  throw new Error(`no button ${what.words}`);
}

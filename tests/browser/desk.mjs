// What an officer does at the console, by mouse and keyboard.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {{url: string, name: string, passphrase: string}} Officer */

/** The buttons that lead to the page before a file's original. */
const SAVES = ".files .quiet";

/** Press something that leads to another page, and wait for that page.
 * @param {Page} page @param {string} selector */
async function press(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

/** @param {Page} page @param {Officer} who */
async function signIn(page, who) {
  await page.goto(who.url);
  await page.type("#name", who.name);
  await page.type("#passphrase", who.passphrase);
  await press(page, "form .main");
}

/** @param {Page} page */
async function readPage(page) {
  return {
    address: new URL(page.url()).pathname,
    texts: await page.$$eval(".said > .text", (all) => all.map((one) => one.textContent ?? "")),
    canReply: (await page.$("#reply")) !== null,
    shown: await page.$eval("body", (body) => body.innerText),
  };
}

/** Save the file behind one button as a browser does, and say what arrived.
 * @param {Page} page @param {import("puppeteer-core").ElementHandle} button */
async function save(page, button) {
  const folder = await mkdtemp(join(tmpdir(), "saved-"));
  const session = await page.browser().target().createCDPSession();
  await session.send("Browser.setDownloadBehavior", {
    behavior: "allowAndName",
    downloadPath: folder,
    eventsEnabled: true,
    browserContextId: /** @type {any} */ (page.browserContext()).id,
  });
  /** @type {Promise<{name: string, guid: string}>} */
  const finished = new Promise((resolve, reject) => {
    let name = "";
    session.on("Browser.downloadWillBegin", (event) => {
      name = event.suggestedFilename;
    });
    session.on("Browser.downloadProgress", (event) => {
      if (event.state === "completed") resolve({ name, guid: event.guid });
      if (event.state === "canceled") reject(new Error("the download was cut off"));
    });
  });
  await button.click();
  const { name, guid } = await finished;
  const bytes = await readFile(join(folder, guid));
  await rm(folder, { recursive: true });
  await session.detach();
  return { name, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Save a file of the open case, past the page that warns of it, and come back.
 * @param {Page} page @param {number} place */
async function saveBehindWarning(page, place) {
  const address = page.url();
  const buttons = await page.$$(SAVES);
  await Promise.all([page.waitForNavigation(), buttons[place]?.click()]);
  const original = await page.waitForSelector(".file-save button");
  const file = await save(page, /** @type {import("puppeteer-core").ElementHandle} */ (original));
  await page.goto(address);
  return file;
}

/** What each case that was looked into says: the search opens none twice. @type {Map<string, string[]>} */
const seen = new Map();

/** Open cases until one holds the words; null when none does yet.
 * @param {Page} page @param {string} words */
async function find(page, words) {
  const addresses = await page.$$eval("tbody th a", (all) => all.map((link) => link.href));
  for (const address of addresses) {
    if (seen.has(address) && !seen.get(address)?.includes(words)) continue;
    await page.goto(address);
    const read = await readPage(page);
    const texts = read.texts.map((text) => text.replaceAll("\r\n", "\n"));
    seen.set(address, texts);
    if (texts.includes(words)) return read;
  }
  return null;
}

/** Find the tip with these words among the unread, save its files, route it to a unit, and answer it.
 * @param {Page} page @param {Officer & {words: string, unit: string, reply: string}} what */
export async function work(page, what) {
  await signIn(page, what);
  const found = await find(page, what.words);
  if (found === null) return { found };
  const files = [];
  for (let place = 0; place < (await page.$$(SAVES)).length; place += 1) {
    files.push(await saveBehindWarning(page, place));
  }

  await page.$eval(".giving", (details) => details.setAttribute("open", ""));
  const unit = await page.$$eval(
    "#unit option",
    (all, name) => all.find((option) => option.textContent === name)?.value ?? "",
    what.unit,
  );
  await page.select("#unit", unit);
  await page.select("#give", "exact");
  await press(page, ".routing .main");
  await page.type("#text", what.reply);
  await press(page, "#reply .main");
  const after = await readPage(page);
  return { found: { ...found, text: found.texts[0], files, after: after.shown } };
}

/** Find the tip with these words among the unread and answer it; without an answer, only look for it.
 * @param {Page} page @param {Officer & {words: string, reply?: string}} what */
export async function answer(page, what) {
  await signIn(page, what);
  const inbox = await page.$eval("body", (body) => body.innerText);
  const found = await find(page, what.words);
  if (found && what.reply) {
    await page.type("#text", what.reply);
    await press(page, "#reply .main");
  }
  return { found, inbox };
}

/** Sign in and open a case by its address.
 * @param {Page} page @param {Officer & {address: string}} what */
export async function readCase(page, what) {
  await signIn(page, what);
  const inbox = await page.$eval("body", (body) => body.innerText);
  const answer = await page.goto(new URL(what.address, what.url).href);
  const read = await readPage(page);
  return { ...read, text: read.texts[0] ?? "", inbox, status: answer?.status() };
}

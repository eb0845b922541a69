// What a member of the public does on the page, by mouse and keyboard.

import { writeFile } from "node:fs/promises";

const WAIT = { timeout: 120_000 };

/** Wait until the page's own words say that it is ready, then go through a door of the start.
 * @param {import("puppeteer-core").Page} page @param {string} url @param {string} door */
async function enter(page, url, door) {
  await page.goto(url);
  await page.waitForSelector(`${door}:not([disabled])`, WAIT);
  await page.click(door);
}

/** Type as a keyboard or input method does: the whole text arrives through input events.
 * @param {import("puppeteer-core").Page} page @param {string} selector @param {string} text */
async function type(page, selector, text) {
  await page.focus(selector);
  await page.evaluate((words) => document.execCommand("insertText", false, words), text);
}

/** @param {import("puppeteer-core").Page} page */
async function traces(page) {
  return page.evaluate(async () => ({
    storage: localStorage.length + sessionStorage.length,
    databases: (await indexedDB.databases?.())?.length ?? 0,
    address: location.pathname + location.search + location.hash,
    history: history.length,
    title: document.title,
  }));
}

/** @param {string} url */
async function keyring(url) {
  return Buffer.from(await (await fetch(new URL("/keyring", url))).arrayBuffer());
}

/** Say by a file that all is typed, and wait until the site has another keyring than now.
 * @param {string} url @param {string} typed */
async function waitForOtherKeys(url, typed) {
  const before = await keyring(url);
  await writeFile(typed, "");
  while (before.equals(await keyring(url))) await new Promise((next) => setTimeout(next, 200));
}

/** Tell something and return the receipt; with *typed*, not before the keys have changed.
 * @param {import("puppeteer-core").Page} page
 * @param {{url: string, category: string, danger: string, text: string, files?: string[], typed?: string}} what */
export async function tell(page, what) {
  await enter(page, what.url, "#tell");
  await page.waitForSelector(`#category-${what.category}`, WAIT);
  await page.click(`#category-${what.category}`);
  await page.click(`#danger-${what.danger}`);
  await type(page, "#text", what.text);
  if (what.files?.length) {
    const input = await page.$("#files");
    await /** @type {any} */ (input).uploadFile(...what.files);
    await page.waitForSelector(`#file-list li:nth-child(${what.files.length})`, WAIT);
  }
  await page.waitForSelector("#send:not([disabled])", WAIT);
  if (what.typed) await waitForOtherKeys(what.url, what.typed);
  await page.click("#send");
  await page.waitForSelector("#receipt-view:not([hidden]) #receipt:not(:empty)", WAIT);
  const receipt = await page.$eval("#receipt", (element) => element.textContent?.trim());
  const left = await page.evaluate(() => document.body.innerHTML);
  const words = what.text.trim().split("\n")[0] ?? "";
  return { receipt, wordsLeft: left.includes(words), ...(await traces(page)) };
}

/** What a tip can be about, as the page offers it: by code, what it says of who reads it.
 * @param {import("puppeteer-core").Page} page @param {{url: string}} what */
export async function choices(page, what) {
  await enter(page, what.url, "#tell");
  await page.waitForSelector("#category [data-value]", WAIT);
  const offered = await page.$$eval("#category [data-value]", (all) =>
    all.map((one) => {
      const { value = "" } = /** @type {HTMLElement} */ (one).dataset;
      const group = document.getElementById(one.getAttribute("aria-describedby") ?? "");
      return [value, group?.textContent];
    }),
  );
  return { choices: Object.fromEntries(offered) };
}

/** Try to tell something, and return what the page says when it could not be sent.
 * @param {import("puppeteer-core").Page} page
 * @param {{url: string, category: string, danger: string, text: string, offline?: boolean}} what */
export async function tellInVain(page, what) {
  await enter(page, what.url, "#tell");
  await page.waitForSelector(`#category-${what.category}`, WAIT);
  await page.click(`#category-${what.category}`);
  await page.click(`#danger-${what.danger}`);
  await type(page, "#text", what.text);
  await page.waitForSelector("#send:not([disabled])", WAIT);
  await page.setOfflineMode(what.offline ?? false);
  await page.click("#send");
  await page.waitForSelector("#problem:not([hidden])", WAIT);
  return {
    problem: await page.$eval(
      "#problem",
      (element) => /** @type {HTMLElement} */ (element).innerText,
    ),
    kept: await page.$eval(
      "#text",
      (element) => /** @type {HTMLTextAreaElement} */ (element).value,
    ),
  };
}

/** Come back with a receipt and return what is shown.
 * @param {import("puppeteer-core").Page} page @param {{url: string, receipt: string}} what */
export async function comeBack(page, what) {
  await enter(page, what.url, "#come-back");
  await type(page, "#receipt-input", what.receipt);
  await page.waitForSelector("#show-replies:not([disabled])", WAIT);
  await page.click("#show-replies");
  await page.waitForSelector("#replies-view:not([hidden]), #receipt-problem:not([hidden])", WAIT);
  return {
    replies: await page.$$eval("#replies .reply-text", (all) => all.map((one) => one.textContent)),
    days: await page.$eval(
      "#collected",
      (element) => /** @type {HTMLElement} */ (element).dataset.days ?? "",
    ),
    shown: await page.$eval(
      "#replies-view",
      (element) => /** @type {HTMLElement} */ (element).innerText,
    ),
    problem: await page.$eval(
      "#receipt-problem",
      (element) => /** @type {HTMLElement} */ (element).innerText,
    ),
    ...(await traces(page)),
  };
}

/** Come back with a receipt and write again.
 * @param {import("puppeteer-core").Page} page
 * @param {{url: string, receipt: string, text: string, category?: string}} what */
export async function followUp(page, what) {
  await comeBack(page, what);
  if (
    what.category &&
    (await page.$eval("#follow-up-category-question", (e) => !e.hasAttribute("hidden")))
  ) {
    await page.click(`#follow-up-category-${what.category}`);
  }
  await page.click("#follow-up-danger-no");
  await type(page, "#follow-up-text", what.text);
  await page.waitForSelector("#send-follow-up:not([disabled])", WAIT);
  await page.click("#send-follow-up");
  await page.waitForSelector("#follow-up-sent:not([hidden])", WAIT);
  return { said: await page.$eval("#follow-up-sent", (element) => element.textContent) };
}

/** Open the page and say whether Send could be reached.
 * @param {import("puppeteer-core").Page} page
 * @param {{url: string, block?: string}} what */
export async function look(page, what) {
  if (what.block) {
    const block = what.block;
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith(block)) void request.abort();
      else void request.continue();
    });
  }
  await page.goto(what.url, { waitUntil: "networkidle0" });
  return page.evaluate(() => ({
    open: [...document.querySelectorAll("#tell, #send")].map(
      (element) => !element.hasAttribute("disabled"),
    ),
    forms: document.forms.length,
    named: document.querySelectorAll("[name]:not(meta)").length,
    shown: document.body.innerText,
  }));
}

/** Open the page, wait until its keys are judged, and say what it makes of them.
 * @param {import("puppeteer-core").Page} page @param {{url: string, category?: string}} what */
export async function lookAtKeys(page, what) {
  await page.goto(what.url, { waitUntil: "networkidle0" });
  await page.click("#tell");
  await page.waitForFunction(
    (waiting) => document.querySelector("#send-reason")?.textContent?.trim() !== waiting,
    WAIT,
    "Send opens when the agency's keys have arrived and are checked.",
  );
  await page.waitForFunction(
    () => !document.querySelector("#show-replies-reason")?.textContent?.includes("are checked"),
    WAIT,
  );
  if (what.category) await page.click(`#category-${what.category}`);
  return page.evaluate(() => {
    const notice = /** @type {HTMLElement} */ (document.querySelector("#notice"));
    const missing = /** @type {HTMLElement} */ (document.querySelector("#category-missing"));
    const isOpen = (/** @type {string} */ id) =>
      !document.querySelector(id)?.hasAttribute("disabled");
    return {
      notice: notice.hidden ? "" : notice.innerText,
      missing: missing.hidden ? "" : missing.innerText,
      categories: document.querySelectorAll("#category [data-value]").length,
      send: isOpen("#send"),
      replies: isOpen("#show-replies"),
    };
  });
}

/** Say that the date of the device is wrong, then tell something.
 * @param {import("puppeteer-core").Page} page
 * @param {{url: string, category: string, danger: string, text: string}} what */
export async function tellDespiteDates(page, what) {
  await page.goto(what.url);
  await page.waitForSelector("#dates-continue:not([hidden])", WAIT);
  await page.click("#dates-continue");
  await page.waitForSelector("#tell:not([disabled])", WAIT);
  await page.click("#tell");
  await page.waitForSelector(`#category-${what.category}`, WAIT);
  await page.click(`#category-${what.category}`);
  await page.click(`#danger-${what.danger}`);
  await type(page, "#text", what.text);
  await page.waitForSelector("#send:not([disabled])", WAIT);
  await page.click("#send");
  await page.waitForSelector("#receipt-view:not([hidden]) #receipt:not(:empty)", WAIT);
  return { receipt: await page.$eval("#receipt", (element) => element.textContent?.trim()) };
}

// Pictures of a running demo for the README and for looking at: node tests/browser/pictures.mjs DEMO_JSON FOLDER
import { readFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";

const [facts = "demo-data/demo.json", folder = "."] = process.argv.slice(2);
const demo = JSON.parse(await readFile(facts, "utf8"));
const officer = demo.officers[0];
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
});

/** @param {string} name @param {{width: number, height: number, dark?: boolean}} size @param {(page: import("puppeteer-core").Page, shot: (suffix?: string) => Promise<void>) => Promise<void>} walk */
async function picture(name, size, walk) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ ...size, deviceScaleFactor: size.width < 500 ? 2 : 1 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: size.dark ? "dark" : "light" },
  ]);
  page.on("dialog", (dialog) => void dialog.accept());
  await walk(page, async (suffix = "") => {
    await page.screenshot({ path: `${folder}/${name}${suffix}.png` });
  });
  await context.close();
}

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
const WIDE = { width: 1920, height: 1080 };

/** @param {import("puppeteer-core").Page} page @param {string} text */
async function tell(page, text) {
  await page.goto(demo.public);
  await page.waitForSelector("#tell:not([disabled])");
  await page.click("#tell");
  await page.waitForSelector("#category-arms");
  await page.click("#category-arms");
  await page.click("#danger-unsure");
  await page.focus("#text");
  await page.evaluate((words) => document.execCommand("insertText", false, words), text);
}

/** @param {import("puppeteer-core").Page} page */
async function signIn(page) {
  await page.goto(demo.console);
  await page.type("#name", officer.name);
  await page.type("#passphrase", officer.passphrase);
  await Promise.all([page.waitForNavigation(), page.click("form .main")]);
}

/** Take the alert that waits, so that no page is about it alone. */
async function attend() {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await signIn(page);
  const take = await page.$(".alert-open button");
  if (take) await Promise.all([page.waitForNavigation(), take.click()]);
  await context.close();
}

/** Open the first case that has these words. @param {import("puppeteer-core").Page} page @param {string} words */
async function find(page, words) {
  await page.type("[name=asked]", words);
  await Promise.all([page.waitForNavigation(), page.click(".search button")]);
  await page.goto(await page.$eval("tbody th a", (link) => link.href));
}

/** The console's screens: where they are, or the words of a case and a page of it.
 * @type {Record<string, string | [words: string, page: string]>} */
const SCREENS = {
  inbox: "/",
  numbers: `/numbers/${new Date().toISOString().slice(0, 7)}`,
  keys: "/keys",
  clocks: "/retention",
  alerts: "/alerts",
  answering: "/answering",
  desks: "/desks",
  me: "/me",
  call: "/calls",
  import: "/import",
  case: ['"tax office"', ""],
  report: ['"tax office"', "/report"],
  links: ['"tax office"', "/links"],
  "give-out": ['"tax office"', "/give-out"],
  arabic: ["شارع البحر", ""],
  chinese: ["客服", ""],
  files: ["bordereaux", ""],
};

for (const [name, size] of /** @type {const} */ ([
  ["phone", PHONE],
  ["desk", DESK],
  ["dark", { ...PHONE, dark: true }],
])) {
  await picture(`start-${name}`, size, async (page, shot) => {
    await page.goto(demo.public);
    await page.waitForSelector("#tell:not([disabled])");
    await shot();
  });
  await picture(`tell-${name}`, size, async (page, shot) => {
    await tell(
      page,
      name === "dark"
        ? "في المستودع رقم ٣ على الرصيف الشمالي صناديق أسلحة تحت السمك."
        : "There are crates under the fish in warehouse 3.",
    );
    await page.evaluate(() => document.querySelector("#text")?.scrollIntoView({ block: "center" }));
    await shot();
  });
}
await picture("receipt-phone", PHONE, async (page, shot) => {
  await tell(page, "There are crates under the fish in warehouse 3.");
  await page.waitForSelector("#send:not([disabled])");
  await page.click("#send");
  await page.waitForSelector("#receipt-view:not([hidden])");
  await page.evaluate(() => scrollTo(0, 0));
  await shot();
});
await attend();
for (const [suffix, size] of /** @type {const} */ ([
  ["", DESK],
  ["-dark", { ...DESK, dark: true }],
  ["-wide", WIDE],
  ["-wide-dark", { ...WIDE, dark: true }],
  ["-phone", PHONE],
])) {
  await picture("", size, async (page) => {
    await signIn(page);
    for (const [name, what] of Object.entries(SCREENS)) {
      if (typeof what === "string") await page.goto(new URL(what, demo.console).href);
      else {
        await find(page, what[0]);
        if (what[1]) await page.goto(page.url() + what[1]);
      }
      await page.screenshot({ path: `${folder}/${name}${suffix}.png` });
    }
  });
}
await browser.close();

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

/** How a tip begins, which unit it goes to, and an answer to it. @type {[string, string, string][]} */
const WORK = [
  [
    "There are six",
    "Human trafficking",
    "Thank you. If you see the van again, can you tell us which way it leaves? Do not follow it.",
  ],
  [
    "Na oficina",
    "Firearms",
    "Obrigado. Não volte lá. Sabe a que horas costumam abrir o portão das traseiras?",
  ],
];
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

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

/** Route and answer the first case, so that its picture shows a conversation. */
async function work() {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await signIn(page);
  await page.goto(await page.$eval("tbody th a", (link) => link.href));
  const first = await page.$eval(".said .text", (text) => text.textContent ?? "");
  const [, unit, reply] = WORK.find(([words]) => first.startsWith(words)) ?? ["", "", "Thank you."];
  const value = await page.$$eval(
    "#unit option",
    (all, name) => all.find((option) => option.textContent === name)?.value ?? "",
    unit,
  );
  if (value) {
    await page.$eval(".giving", (details) => details.setAttribute("open", ""));
    await page.select("#unit", value);
    await page.select("#give", "exact");
    await Promise.all([page.waitForNavigation(), page.click(".routing .main")]);
  }
  await page.type("#text", reply);
  await Promise.all([page.waitForNavigation(), page.click("#reply .main")]);
  await context.close();
}

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
await work();
for (const [name, size] of /** @type {const} */ ([
  ["", DESK],
  ["-dark", { ...DESK, dark: true }],
  ["-phone", PHONE],
])) {
  await picture(`inbox${name}`, size, async (page, shot) => {
    await signIn(page);
    await shot();
  });
  await picture(`keys${name}`, size, async (page, shot) => {
    await signIn(page);
    await page.goto(new URL("/keys", demo.console).href);
    await shot();
  });
  await picture(`case${name}`, size, async (page, shot) => {
    await signIn(page);
    const href = await page.$$eval(
      "tbody th a",
      (all, dark) => /** @type {HTMLAnchorElement} */ (all[dark ? 1 : 0]).href,
      name === "-dark",
    );
    await page.goto(href);
    await shot();
  });
}
await browser.close();

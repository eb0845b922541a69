// A real browser, driven over standard input: one JSON command a line, one JSON answer a line.
// Each command is a new visitor: a fresh context, closed at its end, with all it asked of the network noted.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";
import * as day from "./day.mjs";
import * as desk from "./desk.mjs";
import * as factors from "./factors.mjs";
import * as plain from "./plain.mjs";
import * as visitor from "./visitor.mjs";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** What Tor Browser's level "Safer" switches off: WebAssembly and every compiler of JavaScript. */
const SAFER = {
  "javascript.options.wasm": false,
  "javascript.options.ion": false,
  "javascript.options.baselinejit": false,
  "javascript.options.blinterp": false,
  "javascript.options.native_regexp": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
};

/** With a *profile*, the folder of an everyday browser, it keeps what browsers keep.
 * @param {string} kind @param {string | undefined} profile */
function launch(kind, profile) {
  if (kind === "firefox") {
    return puppeteer.launch({
      browser: "firefox",
      executablePath: "/usr/bin/firefox-esr",
      headless: true,
      extraPrefsFirefox: SAFER,
    });
  }
  return puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: QUIET,
    ...(profile ? { userDataDir: profile } : {}),
  });
}

/** @type {Record<string, (page: import("puppeteer-core").Page, what: any) => Promise<object>>} */
const commands = { ...visitor, ...plain, ...desk, ...day, ...factors };
const [, , kind = "chromium", profile] = process.argv;
const browser = await launch(kind, profile);

/** @param {{ do: string, size?: {width: number, height: number} }} command */
async function run(command) {
  const context = profile ? browser.defaultBrowserContext() : await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(command.size ?? { width: 1280, height: 900 });
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const faults = [];
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => void dialog.accept());
  try {
    const act = commands[command.do];
    if (!act) throw new Error(`no command ${command.do}`);
    const answer = await act(page, command);
    const cookies = await context.cookies().catch(() => []);
    return { ...answer, requests, faults, cookies: cookies.length };
  } catch (error) {
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/fault.png` });
    throw new Error(`${error}\n${faults.join("\n")}`);
  } finally {
    await (profile ? page : context).close();
  }
}

process.stdout.write(`${JSON.stringify({ version: await browser.version() })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await run(JSON.parse(line)).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();

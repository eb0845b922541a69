/** Builds what the browsers get, from static/ to static/dist/: the same bytes from the same sources, every time. */

import { existsSync } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");

// Phones of some years ago: BigInt and WebCrypto are the newest things needed.
const TARGET = ["es2020", "chrome87", "firefox91", "safari15"];

/** What is bundled, where it begins and what it is called. */
const BUNDLES = [
  { from: "tip/main.js", to: "tip.js" },
  { from: "styles/tip.css", to: "tip.css" },
  { from: "console/main.js", to: "console.js" },
  { from: "styles/console.css", to: "console.css" },
];
const COPIES = [{ from: "tip/icon.svg", to: "icon.svg" }];

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
for (const { from, to } of BUNDLES.filter(({ from }) => existsSync(join(HERE, from)))) {
  await build({
    absWorkingDir: HERE,
    entryPoints: [from],
    outfile: join(DIST, to),
    bundle: true,
    format: "iife",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    sourcemap: false,
    target: TARGET,
    logLevel: "warning",
  });
}
for (const { from, to } of COPIES) await copyFile(join(HERE, from), join(DIST, to));

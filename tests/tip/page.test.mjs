import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const html = readFileSync(new URL("../../templates/intake/page.html", import.meta.url), "utf8");
const folder = new URL("../../static/tip/", import.meta.url);
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith(".js"))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

describe("the page", () => {
  it("has nothing that could submit what is typed", () => {
    assert.doesNotMatch(html, /<form\b|<iframe\b|<object\b|<embed\b|formaction/i);
    for (const [field] of html.matchAll(/<(input|textarea|select|button)\b[^>]*>/g)) {
      assert.doesNotMatch(field, /\sname=/, field);
    }
  });

  it("has no inline script, style or handler, which the policy would refuse", () => {
    assert.doesNotMatch(html, /<style\b|\sstyle=|\son[a-z]+=|javascript:/i);
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/);
  });

  it("asks browsers not to keep or send off what is typed", () => {
    for (const [field] of html.matchAll(/<textarea\b[^>]*>/g)) {
      assert.match(field, /autocomplete="off"/);
      assert.match(field, /spellcheck="false"/);
    }
  });

  it("starts with every door shut, so that a script that fails leaves them shut", () => {
    for (const id of ["tell", "come-back", "show-replies"]) {
      assert.match(html, new RegExp(`<button[^>]* id="${id}"[^>]* disabled`));
    }
    assert.match(html, /id="\{\{ send \}\}"[^>]* disabled/);
    for (const view of ["tell-view", "receipt-view", "come-back-view", "replies-view"]) {
      assert.match(html, new RegExp(`id="${view}"[^>]* hidden`));
    }
  });

  it("loads from its own site alone; the one address elsewhere is where the exit leads", () => {
    const addresses = [...html.matchAll(/https?:\/\/[^"'\s]+/g)].map(([address]) => address);
    assert.deepEqual(addresses, ["https://duckduckgo.com/?q=weather"]);
  });
});

describe("the page's code", () => {
  it("keeps nothing on the device and touches neither address nor history", () => {
    const forbidden =
      /localStorage|sessionStorage|indexedDB|document\.cookie|caches\b|serviceWorker|pushState|replaceState|location\.hash|sendBeacon|XMLHttpRequest|WebSocket|innerHTML|insertAdjacentHTML|eval\(|WebAssembly|clipboard/;
    for (const { name, text } of scripts) assert.doesNotMatch(text, forbidden, name);
  });

  it("shows what must not go to a translator as not for translation", () => {
    assert.match(html, /id="receipt"[^>]* translate="no"/);
    assert.match(html, /id="receipt-input"[^>]* translate="no"/);
    const shown = scripts.map(({ text }) => text).join("");
    assert.match(shown, /\{ class: "reply-text", dir: "auto", translate: "no" \}, text/);
    assert.match(shown, /make\("span", \{ dir: "auto", translate: "no" \}, line\)/);
  });

  it("makes requests in one module", () => {
    const fetching = scripts.filter(({ text }) => /\bfetch\(/.test(text)).map(({ name }) => name);
    assert.deepEqual(fetching, ["put.js"]);
  });

  it("knows every id it asks for", () => {
    for (const { name, text } of scripts) {
      for (const [, id = ""] of text.matchAll(
        /(?:byId|button|textArea|input|onPress)\("([a-z-]+)"/g,
      )) {
        const made = html.includes(`id="${id}"`) || html.includes(`", "${id}"`);
        assert.ok(made, `${name} asks for #${id}`);
      }
    }
  });
});

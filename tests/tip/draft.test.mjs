import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode } from "../../static/seal/message.js";
import { MESSAGE_MAX } from "../../static/seal/padding.js";
import { Attachments } from "../../static/tip/attachments.js";
import { bytesLeft, deskOf, destination, letters, messageBytes } from "../../static/tip/draft.js";

const keys = { acknowledgement: new Uint8Array(32).fill(1), thread: new Uint8Array(16).fill(2) };
const desk = new Uint8Array(16).fill(3);
/** @type {import("../../static/tip/draft.js").Draft} */
const draft = {
  kind: "tip",
  category: "drugs",
  desk: null,
  danger: "no",
  text: "",
  counter: 0,
  lang: "en",
};

/** @param {number} size */
function withFile(size) {
  const attachments = new Attachments();
  const file = new File(["x"], "a.jpg");
  Object.defineProperty(file, "size", { value: size });
  attachments.add([file]);
  return attachments;
}

describe("the room that is left", () => {
  it("is never promised and then not there", () => {
    for (const size of [0, 1, 20 * 1024 * 1024, 60 * 1024 * 1024]) {
      const attachments = withFile(size);
      const text = "ж".repeat(Math.floor(bytesLeft("", attachments) / 2));
      assert.ok(bytesLeft(text, attachments) >= 0);
      /** @type {import("../../static/tip/draft.js").Draft} */
      const longest = {
        ...draft,
        kind: "follow-up",
        danger: "unsure",
        category: "c".repeat(32),
        counter: Number.MAX_SAFE_INTEGER,
        text,
      };
      assert.ok(messageBytes(longest, attachments, desk, keys).length <= MESSAGE_MAX);
    }
  });

  it("counts what JSON adds to quotes and line ends", () => {
    const none = new Attachments();
    assert.equal(bytesLeft("", none) - bytesLeft('"\n', none), 4);
  });

  it("is told in letters of the script in use", () => {
    assert.equal(letters("abcd", 100), 100);
    assert.equal(letters("привет", 100), 50);
    assert.equal(letters("你好", -90), 30);
  });
});

describe("a message", () => {
  it("is one that the agency reads, with what the page knows of it", () => {
    const message = decode(
      messageBytes({ ...draft, text: "two\nlines" }, withFile(3 * 1024 * 1024), desk, keys),
    );
    assert.equal(message.via, "page");
    assert.equal(message.text, "two\nlines");
    assert.equal(message.files[0]?.name, "file-1.jpg");
    assert.equal(message.files[0]?.parcels.length, 3);
    assert.equal(message.dummies.length, 1);
  });

  it("is not lost for half a character pair", () => {
    const half = messageBytes({ ...draft, text: "\udc00" }, new Attachments(), desk, keys);
    assert.equal(decode(half).text, "\ufffd");
  });
});

describe("the destination", () => {
  const desks = [{ id: desk, name: "Triage", key: new Uint8Array(1216) }];
  const section = { desks, categories: [{ code: "drugs", name: "Drugs", desk }] };
  const keyring = /** @type {any} */ ({
    sections: [{ section }],
    find: (/** @type {string} */ category) => ({ section, desk: desks[0], category }),
  });

  it("is the desk that answered, if the keyring has it", () => {
    assert.equal(deskOf(keyring, desk)?.desk, desks[0]);
    assert.equal(deskOf(keyring, new Uint8Array(16)), null);
    assert.equal(destination(keyring, { category: "follow-up", desk }).desk, desks[0]);
  });

  it("is otherwise what the category says", () => {
    assert.equal(destination(keyring, { category: "drugs", desk: null }).section, section);
  });
});

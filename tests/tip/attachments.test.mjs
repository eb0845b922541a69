import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PARCELS_MAX } from "../../static/seal/message.js";
import { Attachments, safeName, safeType } from "../../static/tip/attachments.js";

const MIB = 1024 * 1024;

/** @param {number} size @param {string} [name] */
function fileOf(size, name = "IMG_4711.JPG") {
  const file = new File(["x"], name, { type: "image/jpeg" });
  Object.defineProperty(file, "size", { value: size });
  return file;
}

describe("attachments", () => {
  it("send no name but a number and a plain ending", () => {
    assert.equal(safeName(0, "Maria at the harbour.JPG"), "file-1.jpg");
    assert.equal(safeName(4, "noending"), "file-5");
    assert.equal(safeName(0, "report.maria-fernandez"), "file-1");
    assert.equal(safeType("image/jpeg"), "image/jpeg");
    assert.equal(safeType("maria fernandez"), "application/octet-stream");
    assert.equal(safeType(""), "application/octet-stream");
  });

  it("stop at 64 MiB and at 64 files, keeping what fits", () => {
    const heavy = new Attachments();
    assert.equal(heavy.add([fileOf(40 * MIB), fileOf(24 * MIB)]), "");
    assert.equal(heavy.add([fileOf(1)]), "bytes");
    assert.equal(heavy.list.length, 2);
    const many = new Attachments();
    assert.equal(many.add(Array.from({ length: 65 }, () => fileOf(10))), "files");
    assert.equal(many.list.length, 64);
  });

  it("are rounded up with dummies, over the whole tip", () => {
    const attachments = new Attachments();
    assert.equal(attachments.parts().length, 0);
    attachments.add([fileOf(20 * MIB), fileOf(MIB + 1), fileOf(0)]);
    const parts = attachments.parts();
    assert.equal(attachments.parcels, 23);
    assert.equal(parts.length, 32);
    assert.equal(parts.filter(({ attachment }) => attachment === null).length, 9);
  });

  it("are sent in another order every time", () => {
    const attachments = new Attachments();
    attachments.add([fileOf(60 * MIB)]);
    const order = () =>
      attachments
        .parts()
        .map((part) => (part.attachment ? part.index : -1))
        .join();
    assert.notEqual(order(), order());
  });

  it("are not sent twice after a try that failed half way", () => {
    const attachments = new Attachments();
    attachments.add([fileOf(3 * MIB)]);
    attachments.list[0]?.stored.add(1);
    attachments.spares.push(new Uint8Array(32));
    const left = attachments.parts();
    assert.deepEqual(left.map((part) => (part.attachment ? part.index : -1)).sort(), [0, 2]);
  });

  it("list what the site has of a removed file as filler", () => {
    const attachments = new Attachments();
    attachments.add([fileOf(2 * MIB), fileOf(10)]);
    const [first] = attachments.list;
    assert.ok(first);
    const id = new Uint8Array(32).fill(7);
    first.ids[1] = id;
    first.stored.add(1);
    attachments.remove(first);
    assert.deepEqual(attachments.spares, [id]);
    assert.equal(attachments.dummies, 1);
    assert.equal(attachments.parts().length, 1);
  });

  it("never list more parcels than a message may, however often files were sent and removed", () => {
    const attachments = new Attachments();
    attachments.add([fileOf(60 * MIB)]);
    attachments.spares = Array.from({ length: 300 }, () => new Uint8Array(32));
    assert.equal(attachments.parcels + attachments.dummies, PARCELS_MAX);
    assert.equal(attachments.parts().length, 60);
  });

  it("each have a key of their own", () => {
    const attachments = new Attachments();
    attachments.add([fileOf(10), fileOf(10)]);
    assert.notDeepEqual(attachments.list[0]?.key, attachments.list[1]?.key);
  });
});

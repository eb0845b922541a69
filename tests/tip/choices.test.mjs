import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ticked } from "../../static/tip/choices.js";

describe("a choice that is ticked", () => {
  it("is a line of its own after the words, once", () => {
    const said = ticked(ticked("I was there.", "I saw it", true), "Somebody told me", true);
    assert.equal(said, "I was there.\n[x] I saw it\n[x] Somebody told me\n");
    assert.equal(ticked("", "I saw it", true), "[x] I saw it\n");
    assert.equal(ticked("[x] I saw it\n", "I saw it", true), "[x] I saw it\n");
  });

  it("goes again, and takes no other word with it", () => {
    assert.equal(
      ticked("One\n[x] I saw it\n[x] I saw\nTwo", "I saw it", false),
      "One\n[x] I saw\nTwo",
    );
    assert.equal(ticked("nothing", "I saw it", false), "nothing");
  });
});

"""Vectors of slots and of "collected" tokens."""

from __future__ import annotations

from dataclasses import replace

from tests.seal.making.book import Book, b64, seed
from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of
from tipline.seal import docket, slot
from tipline.seal.suite import HYBRID, encrypt


def slots(node: Node) -> Book:
    reply_key, desk = seed("reply key"), seed("desk id", 16)
    replies = [
        slot.Reply(seed("reply 1", 16), desk, 20_000, "Thank you. Is the lorry white?"),
        slot.Reply(seed("reply 2", 16), desk, 20_001, "ग" * 700),
        slot.Reply(seed("reply 3", 16), docket.NO_DESK, 2**32 - 1, ""),
    ]
    made = {"python": [], "javascript": []}
    for first, reply in zip((0, 1, 255), replies, strict=True):
        made["python"].append(slot.seal(HYBRID, reply_key, first, reply))
        given = {
            "reply_key": b64(reply_key),
            "first_index": first,
            "id": b64(reply.id),
            "desk": b64(reply.desk),
        }
        answer = node.gives("slots", **given, day=reply.day, text=reply.text)
        made["javascript"].append([bytes_of(each, {}) for each in answer["slots"]])
    dummy = slot.dummy()
    book = Book(
        "slots.json",
        "Slots of the board and tokens: sections 7.2 and 7.3",
        python=b"".join(sealed for reply in made["python"] for sealed in reply),
        javascript=b"".join(sealed for reply in made["javascript"] for sealed in reply),
        dummy=dummy,
    )
    for index in (0, 1, 255):
        book.gives(f"label {index}", "slot.label", reply_key=b64(reply_key), index=index)
    for language in made:
        board_bytes = {"join": [{"blob": "dummy"}, {"blob": language}]}
        found = book.gives(
            f"{language}: replies found", "slot.find", reply_key=b64(reply_key), slots=board_bytes
        )
        assert [reply["text"] for reply in found["replies"]] == [reply.text for reply in replies]
        book.gives(
            f"{language}: nothing for another receipt",
            "slot.find",
            reply_key=b64(seed("other")),
            slots=board_bytes,
        )
    sealed = {"blob": "python"}
    find = {"reply_key": b64(reply_key)}
    reversed_ = b"".join(each for reply in reversed(made["python"]) for each in reversed(reply))
    book.gives("in another order", "slot.find", **find, slots=b64(reversed_))
    book.gives(
        "a part missing: its reply is left out",
        "slot.find",
        **find,
        slots={"edit": sealed, "put": [[1024, {"blob": "dummy"}]]},
    )
    cut = {"edit": sealed, "put": [], "size": 2 * slot.SIZE}
    book.gives("the last part missing: its reply is left out", "slot.find", **find, slots=cut)
    for name, at in (("r", 20), ("text", 500), ("tag", 1023)):
        byte = bytes([bytes_of(sealed, book.blobs)[at] ^ 1])
        given = {"slots": {"edit": sealed, "put": [[at, b64(byte)]]}}
        book.gives(f"a slot whose {name} was changed: the others are found", "slot.find", **find, **given)
    again = slot.seal(HYBRID, reply_key, 0, replace(replies[0], text="After a crash"))[0]
    both = {"join": [b64(made["python"][0][0]), b64(again)]}
    book.gives("the same reply sealed twice: the later counts", "slot.find", **find, slots=both)
    other = slot.seal(HYBRID, reply_key, 0, slot.Reply(seed("reply 4", 16), desk, 1, "Another reply"))[0]
    two = {"join": [b64(made["python"][0][0]), b64(other)]}
    book.gives("an index used for two replies: both are found", "slot.find", **find, slots=two)
    for name, part, of, length in (
        ("part 1 of 1", 1, 1, 0),
        ("part 0 of 0", 0, 0, 0),
        ("part 0 of 17", 0, 17, 0),
        ("a length of 929", 0, 1, 929),
    ):
        bad = slot._Part(seed("bad", 16), part, of, desk, 1, b"\0" * length)
        written = sealed_as_it_is(reply_key, 7, bad)
        book.gives(f"{name}: passed over", "slot.find", **find, slots=b64(written))
    good, beside = (slot._Part(seed("reply 6", 16), part, 1, desk, 1, b"words") for part in (0, 1))
    pair = sealed_as_it_is(reply_key, 9, good) + sealed_as_it_is(reply_key, 10, beside)
    book.gives("part 1 of 1 beside part 0 of 1: it hides nothing", "slot.find", **find, slots=b64(pair))
    broken = slot._Part(seed("reply 5", 16), 0, 1, desk, 1, b"a\xff\xe2\x82b\xed\xa0\x80c\xef\xbb\xbf")
    book.gives(
        "text that is not UTF-8", "slot.find", **find, slots=b64(sealed_as_it_is(reply_key, 8, broken))
    )
    book.fails(
        "size", "not whole slots", "slot.find", **find, slots={"edit": sealed, "put": [], "size": 1500}
    )
    book.gives(
        "sixteen parts",
        "slot.seal",
        **find,
        first_index=0,
        text={"repeat": b64(b"x"), "size": 16 * slot.TEXT_MAX},
    )
    book.fails(
        "too long",
        "seventeen parts",
        "slot.seal",
        **find,
        first_index=0,
        text={"repeat": b64(b"x"), "size": 16 * slot.TEXT_MAX + 1},
    )
    book.gives("the last index", "slot.seal", **find, first_index=255, text="")
    book.fails("slots", "after the last index", "slot.seal", **find, first_index=256, text="")
    book.fails(
        "slots",
        "over the last index",
        "slot.seal",
        **find,
        first_index=255,
        text={"repeat": b64(b"x"), "size": 1000},
    )
    for day in (0, 20_000, 2**32 - 1):
        book.gives(f"token of day {day}", "acknowledgement.token", key=b64(seed("acknowledgement")), day=day)
    return book


def sealed_as_it_is(reply_key: bytes, index: int, part: slot._Part) -> bytes:
    """Seal a part as the format's own code never would."""
    head = slot._HEAD.pack(part.id, part.part, part.of, part.desk, part.day, len(part.text))
    salt = seed(f"slot {index}", 24)
    plaintext = (head + part.text)[: slot._PLAIN].ljust(slot._PLAIN, b"\0")
    return (
        slot.label(HYBRID, reply_key, index)
        + salt
        + encrypt(slot._key(HYBRID, reply_key, index, salt), plaintext)
    )

"""Vectors of the parts of an envelope by themselves: header, padding, stanzas, dockets."""

from __future__ import annotations

from dataclasses import replace

from tests.seal.making.book import Book, b64, seed
from tests.seal.node import Node
from tipline.seal import docket, header, padding, stanza


def headers(_: Node) -> Book:
    book = Book("headers.json", "The first 84 bytes of an envelope: section 3.1")
    head = header.Header(1, 0xFFFFFFFE, b"agency-1", seed("salt"), seed("commit")).pack()
    book.gives("a header", "header.parse", header=b64(head))
    book.gives("a header with more after it", "header.parse", header=b64(head + b"more"))
    for failure, name, put in (
        ("magic", "another magic", [0, b64(b"tipl")]),
        ("version", "version 0", [4, "AA"]),
        ("version", "version 2", [4, "Ag"]),
        ("suite", "suite 0", [5, "AA"]),
        ("suite", "suite 3", [5, "Aw"]),
        ("suite", "suite 255", [5, "_w"]),
        ("reserved", "the first zero byte set", [6, "AQ"]),
        ("reserved", "the second zero byte set", [7, "AQ"]),
        ("magic", "magic before version", [0, b64(b"nope\2\2\2\2")]),
        ("version", "version before suite", [4, b64(b"\2\2\2\2")]),
        ("suite", "suite before the zeros", [5, b64(b"\3\3\3")]),
    ):
        book.fails(failure, name, "header.parse", header={"edit": b64(head), "put": [put]})
    for size in (0, 83):
        book.fails("size", f"{size} bytes", "header.parse", header=b64(head[:size]))
    return book


def paddings(_: Node) -> Book:
    book = Book("padding.json", "The body's plaintext: section 3.5")
    most = {"repeat": b64(b"Tipline "), "size": padding.MESSAGE_MAX}
    book.gives("an empty message", "padding.pad", message="")
    book.gives("a short message", "padding.pad", message={"utf8": "a short message"})
    book.gives("the longest message", "padding.pad", message=most)
    book.fails(
        "too long", "one byte too many", "padding.pad", message={**most, "size": padding.MESSAGE_MAX + 1}
    )
    tail = {"repeat": b64(b"\x07"), "size": padding.MAC_SIZE}
    zeros = {"repeat": "AA", "size": padding.SIZE - padding.MAC_SIZE}
    short = {"edit": {"join": [zeros, tail]}, "put": [[0, b64(b"\0\5words")]]}
    book.gives("unpadded", "padding.unpad", plaintext=short)
    book.gives("nothing unpadded", "padding.unpad", plaintext={"join": [zeros, tail]})
    full = {"join": [b64(padding.MESSAGE_MAX.to_bytes(2, "big")), most, tail]}
    book.gives("the longest unpadded", "padding.unpad", plaintext=full)
    for name, put in (
        ("a length over the room there is", [0, b64((padding.MESSAGE_MAX + 1).to_bytes(2, "big"))]),
        ("the first filler byte not zero", [7, "AQ"]),
        ("the last filler byte not zero", [padding.SIZE - padding.MAC_SIZE - 1, "AQ"]),
    ):
        book.fails("padding", name, "padding.unpad", plaintext={"edit": short, "put": [put]})
    for size in (0, 1, padding.SIZE - 1, padding.SIZE + 1):
        book.fails(
            "padding", f"{size} bytes", "padding.unpad", plaintext={"edit": short, "put": [], "size": size}
        )
    return book


def stanzas(_: Node) -> Book:
    book = Book("stanzas.json", "What is sealed in stanzas and dockets: sections 3.3 and 3.6")
    key = seed("K")
    for kind in (stanza.WHOLE, stanza.TEXT):
        book.gives(f"stanza of kind {kind}", "stanza.unpack", plaintext=b64(bytes([kind, 0, 0, 0]) + key))
    for name, head in (
        ("1, 2 of 2", b"\2\1\2\2"),
        ("255, 3 of 5", b"\2\xff\3\5"),
        ("9, 5 of 5", b"\2\x09\5\5"),
    ):
        book.gives(f"share at {name}", "stanza.unpack", plaintext=b64(head + key))
    for name, head in (
        ("kind 0", b"\0\0\0\0"),
        ("kind 2 at 0", b"\2\0\2\3"),
        ("kind 2, 0 of 3", b"\2\1\0\3"),
        ("kind 2, 1 of 3", b"\2\1\1\3"),
        ("kind 2, 4 of 3", b"\2\1\4\3"),
        ("kind 2, 2 of 6", b"\2\1\2\6"),
        ("kind 4", b"\4\0\0\0"),
        ("x not zero", b"\1\1\0\0"),
        ("k not zero", b"\1\0\1\0"),
        ("n not zero", b"\3\0\0\1"),
    ):
        book.fails("stanza", f"stanza of {name}", "stanza.unpack", plaintext=b64(head + key))
    for size in (0, 35, 37):
        book.fails(
            "stanza",
            f"stanza of {size} bytes",
            "stanza.unpack",
            plaintext=b64((b"\1\0\0\0" + key + b"\0")[:size]),
        )
    good = docket.Docket(bytes(range(16)), "no", seed("acknowledgement"))
    for danger in docket.DANGER:
        book.gives(
            f"docket, danger {danger}", "docket.unpack", plaintext=b64(replace(good, danger=danger).pack())
        )
    book.gives(
        "docket without a desk", "docket.unpack", plaintext=b64(replace(good, desk=docket.NO_DESK).pack())
    )
    for name, at, byte in (("kind 0", 0, 0), ("kind 2", 0, 2), ("danger 3", 1, 3), ("danger 255", 1, 255),
                           ("the first zero set", 2, 1), ("the last zero set", 15, 1)):  # fmt: skip
        put = [[at, b64(bytes([byte]))]]
        book.fails(
            "docket", f"docket with {name}", "docket.unpack", plaintext={"edit": b64(good.pack()), "put": put}
        )
    for size in (0, 63, 65):
        cut = {"edit": b64(good.pack()), "put": [], "size": size}
        book.fails("docket", f"docket of {size} bytes", "docket.unpack", plaintext=cut)
    return book

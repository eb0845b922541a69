"""Vectors of envelopes that somebody changed."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from tests.seal.making.addressed import BODY_AT, DOCKETS_AT, REPLY_AT, STANZA_SIZE
from tests.seal.making.book import Book, b64, seed
from tests.seal.test_vectors import bytes_of
from tipline.seal import docket, header, padding, schedule
from tipline.seal.message import from_base64
from tipline.seal.suite import HYBRID, KEY_SIZE, encrypt

BASE = {"blob": "python"}
DESK, OTHER, SORTING = seed("desk"), seed("other desk"), seed("sorting")


class Changes:
    """Adds to *book* what was changed in the envelope that Python sealed, whose *key* is K."""

    def __init__(self, book: Book, key: str, text_key: str) -> None:
        self.book = book
        self.key = key
        self.text_key = text_key
        self.envelope = bytes_of(BASE, book.blobs)

    def edit(self, *put: list[Any], **more: Any) -> dict[str, Any]:
        return {"edit": BASE, "put": list(put), **more}

    def flip(self, at: int) -> dict[str, Any]:
        return self.edit([at, b64(bytes([self.envelope[at] ^ 1]))])

    def add(self) -> None:
        """Add them all."""
        self.headers()
        self.authenticated()
        self.stanzas()
        self.dockets()
        self.bodies()

    def headers(self) -> None:
        whole = len(self.envelope)
        for size in (0, 83, 84, whole - 1, whole + 1, 2 * whole):
            given = {"envelope": self.edit(size=size), "seed": b64(DESK)}
            self.book.fails("size", f"{size} bytes", "opening.open_stanza", **given)
        for failure, at in (("magic", 0), ("version", 4), ("suite", 5), ("reserved", 6)):
            changed = {"envelope": self.flip(at)}
            for do in ("opening.open_stanza", "opening.open_docket"):
                self.book.fails(failure, f"another {failure}: {do}", do, **changed, seed=b64(DESK))
            do = "opening.open_body"
            self.book.fails(failure, f"another {failure}: {do}", do, **changed, text_key=self.text_key)
        for name, at in (("epoch", 11), ("agency", 12), ("salt", 20), ("commitment", 52)):
            given = {"envelope": self.flip(at), "seed": b64(DESK)}
            self.book.none(f"another {name}: no stanza", "opening.open_stanza", **given)
        for name, at in (("salt", 20), ("commitment", 83)):
            given = {"envelope": self.flip(at), "text_key": self.text_key}
            self.book.fails("commitment", f"another {name}", "opening.open_body", **given)

    def authenticated(self) -> None:
        parts = {
            "the header": 11,
            "a stanza": header.SIZE,
            "the reply part": REPLY_AT,
            "its tag": BODY_AT - 1,
            "the body": BODY_AT,
            "the body's tag": DOCKETS_AT - 1,
        }
        for name, at in parts.items():
            changed = {"envelope": self.flip(at)}
            self.book.fails(
                "body", f"{name} changed: no body", "opening.open_body", **changed, text_key=self.text_key
            )
            self.book.none(f"{name} changed: no docket", "opening.open_docket", **changed, seed=b64(SORTING))
        for name in ("the header", "the reply part", "its tag"):
            given = {"envelope": self.flip(parts[name]), "key": self.key}
            self.book.fails("reply", f"{name} changed: no reply part", "opening.open_reply", **given)
        swapped = [self.envelope[header.SIZE + at * STANZA_SIZE :][:STANZA_SIZE] for at in (1, 0)]
        moved = self.edit([header.SIZE, b64(b"".join(swapped))])
        given = {"envelope": moved, "text_key": self.text_key}
        self.book.fails("body", "two stanzas swapped", "opening.open_body", **given)

    def stanzas(self) -> None:
        key = from_base64(self.key, KEY_SIZE)
        for failure, name, plaintext in (
            ("stanza", "that is a seat's share, for a desk", b"\2\1\2\3" + key),
            ("stanza", "of kind 3, K_text alone", b"\3\0\0\0" + key),
            ("stanza", "of an unknown kind", b"\x09\0\0\0" + key),
            ("commitment", "with another K", b"\1\0\0\0" + seed("another K")),
        ):
            info = b"tipline/1 stanza" + hashlib.sha256(self.envelope[: header.SIZE]).digest()
            changed = self.edit(
                [header.SIZE, b64(HYBRID.seal(HYBRID.private(OTHER).public, info, plaintext))]
            )
            given = {"envelope": changed, "seed": b64(OTHER)}
            self.book.fails(failure, f"a stanza {name}", "opening.open_stanza", **given)

    def with_docket(self, plaintext: bytes) -> dict[str, Any]:
        info = b"tipline/1 docket" + hashlib.sha256(self.envelope[:DOCKETS_AT]).digest()
        return self.edit([DOCKETS_AT, b64(HYBRID.seal(HYBRID.private(SORTING).public, info, plaintext))])

    def dockets(self) -> None:
        lie = docket.Docket(seed("the thief's desk", 16), "no", seed("the thief's acknowledgement")).pack()
        resealed = {"envelope": self.with_docket(lie)}
        self.book.gives(
            "a docket sealed anew: it opens and lies", "opening.open_docket", **resealed, seed=b64(SORTING)
        )
        self.book.gives("a docket sealed anew: the message tells", "opening.read", **resealed, seed=b64(DESK))
        for name, plaintext in (
            ("an unknown kind", b"\2" + lie[1:]),
            ("an unknown danger", b"\1\3" + lie[2:]),
            ("a zero set", lie[:15] + b"\1" + lie[16:]),
        ):
            given = {"envelope": self.with_docket(plaintext), "seed": b64(SORTING)}
            self.book.fails("docket", f"a docket with {name}", "opening.open_docket", **given)

    def bodies(self) -> None:
        text_key = from_base64(self.text_key, KEY_SIZE)
        body_key = schedule.body_key(HYBRID, text_key, header.parse(self.envelope).salt)
        too_long = struct.pack(">H", padding.MESSAGE_MAX + 1).ljust(padding.SIZE, b"\0")
        filled = bytes(padding.SIZE - padding.MAC_SIZE - 1) + b"\1" + bytes(padding.MAC_SIZE)
        for name, plaintext in (("a length over the room there is", too_long), ("filler not zero", filled)):
            body = encrypt(body_key, plaintext, self.envelope[:BODY_AT])
            given = {"envelope": self.edit([BODY_AT, b64(body)]), "text_key": self.text_key}
            self.book.fails("padding", f"a body with {name}", "opening.open_body", **given)

"""Vectors of boards."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from tests.seal.making.book import Book, b64, seed
from tests.seal.making.vouching import ROOT_KEY, SIGNERS, a_certificate, a_list
from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of
from tipline.board import board
from tipline.keyring import keyring
from tipline.keyring.revocation import Console
from tipline.keyring.signature import SIGNATURE_SIZE, Signed, agency_id


def boards(_: Node) -> Book:
    listed = [seed(f"slot {at}", 1024) for at in range(2)]
    tokens = [seed(f"token {at}", 16) for at in range(3)]
    head = board.Head(
        "agency", 9, date(2026, 2, 3), seed("previous"), 2, 3, board.digest(listed, tokens), seed("audit")
    )
    nothing = board.Head("oversight", 1, date(2026, 2, 3), bytes(32), 0, 0, board.digest([], []), bytes(32))
    book = Book(
        "boards.json",
        "Boards: section 8.3",
        root=ROOT_KEY.public,
        revocations=a_list().pack(),
        certificate=a_certificate("agency").pack(),
        head=SIGNERS["agency"].sign(board.LABEL, head.encode()).pack(),
        listed=b"".join(listed + tokens),
        oversight=a_certificate("oversight").pack()
        + SIGNERS["oversight"].sign(board.LABEL, nothing.encode()).pack(),
    )
    first, rest = [{"blob": "certificate"}, {"blob": "head"}, {"blob": "listed"}], {"blob": "oversight"}

    def packed(*parts: Any, count: int = 1) -> dict[str, Any]:
        return {"join": [b64(board.MAGIC), b64(bytes([count])), *parts]}

    root = {"root": {"blob": "root"}, "revocations": {"blob": "revocations"}}
    one = packed(*first)
    book.gives("one console", "board.verified", board=one, **root)
    book.gives(
        "two consoles, one with nothing to say", "board.verified", board=packed(*first, rest, count=2), **root
    )
    book.gives("no console", "board.verified", board=packed(count=0), **root)
    alone = a_list(consoles=(Console("oversight", "Overseers", frozenset()),))
    unlisted = {**root, "revocations": b64(alone.pack())}
    book.fails("console", "a console that the list does not name", "board.verified", board=one, **unlisted)
    twice = packed(*first, *first, count=2)
    book.fails("sections", "one console twice", "board.verified", board=twice, **root)
    book.fails(
        "magic",
        "a keyring's magic",
        "board.verified",
        board={"edit": one, "put": [[0, b64(keyring.MAGIC)]]},
        **root,
    )
    data = bytes_of(one, book.blobs)
    for size in (0, 5, 6, 9, len(data) - 1, len(data) + 1):
        book.fails(
            "size",
            f"{size} of {len(data)} bytes",
            "board.verified",
            board={"edit": one, "put": [], "size": size},
            **root,
        )
    listed_at = len(data) - len(bytes_of({"blob": "listed"}, book.blobs))
    for name, at in (("a label", listed_at), ("a slot", listed_at + 1500), ("a token", len(data) - 1)):
        changed = {"edit": one, "put": [[at, b64(bytes([data[at] ^ 1]))]]}
        book.fails("hash", f"{name} changed", "board.verified", board=changed, **root)
    swapped = {"edit": one, "put": [[listed_at, b64(listed[1] + listed[0])]]}
    book.fails("hash", "two slots swapped", "board.verified", board=swapped, **root)
    thief = SIGNERS["agency"]
    own_list = a_list(key=thief, agency=agency_id(thief.public))
    other = {"root": b64(thief.public), "revocations": b64(own_list.pack())}
    book.fails("signature", "under another root", "board.verified", board=one, **other)
    both = packed(*first, rest, count=2)
    for name in ("agency", "oversight"):
        revoking = {**root, "revocations": b64(a_list(name).pack())}
        book.fails(
            "revoked", f"the signer of the {name} is revoked", "board.verified", board=both, **revoking
        )
    for name, at in (
        ("the head's payload", listed_at - SIGNATURE_SIZE - 5),
        ("Ed25519 half", listed_at - SIGNATURE_SIZE),
        ("ML-DSA half", listed_at - 1),
    ):
        changed = {"edit": one, "put": [[at, b64(bytes([data[at] ^ 1]))]]}
        book.fails(
            "signature", f"the head's signature: {name} changed", "board.verified", board=changed, **root
        )
    foreign = b64(a_certificate("agency", agency=seed("other", 8)).pack())
    book.fails(
        "agency",
        "a certificate of another agency",
        "board.verified",
        board=packed(foreign, *first[1:]),
        **root,
    )
    posing = b64(SIGNERS["agency"].sign(board.LABEL, replace(head, console="oversight").encode()).pack())
    book.fails(
        "console",
        "a signer that speaks for another console",
        "board.verified",
        board=packed(first[0], posing, first[2]),
        **root,
    )
    signed = Signed(head.encode(), b"")
    for name, payload in broken_heads(signed).items():
        broken = b64(SIGNERS["agency"].sign(board.LABEL, payload).pack())
        book.fails("fields", name, "board.verified", board=packed(first[0], broken, first[2]), **root)
    return book


def broken_heads(signed: Signed) -> dict[str, bytes]:
    """Return signed JSON that is not as described: the rules are those of keyrings and certificates too."""
    fields = json.loads(signed.payload)
    text = signed.payload.decode()
    changes: dict[str, dict[str, Any]] = {
        "version 2": {"v": 2},
        "version true": {"v": True},
        "a field too many": {"more": 1},
        "an empty console": {"console": ""},
        "a console of 201 characters": {"console": "c" * 201},
        "a console with half a surrogate pair": {"console": "\ud800"},
        "a serial of 2^32": {"serial": 2**32},
        "a negative serial": {"serial": -1},
        "February 30": {"day": "2026-02-30"},
        "a day without hyphens": {"day": "20260203"},
        "a day of the year 0": {"day": "0000-01-01"},
        "a hash of 31 bytes": {"sha256": b64(bytes(31))},
        "a hash of the audit of 33 bytes": {"audit": b64(bytes(33))},
        "a head that says nothing of the audit": {"audit": None},
        "8,193 slots": {"slots": board.SLOTS_MAX + 1},
        "262,145 tokens": {"tokens": board.TOKENS_MAX + 1},
    }
    return {
        **{name: json.dumps({**fields, **with_}).encode() for name, with_ in changes.items()},
        "a field missing": json.dumps(
            {name: value for name, value in fields.items() if name != "day"}
        ).encode(),
        "a fraction": text.replace('"serial":9', '"serial":9.0').encode(),
        "an array": b"[]",
        "not JSON": b"{",
        "a byte order mark": b"\xef\xbb\xbf" + signed.payload,
        "UTF-16": text.encode("utf-16-be"),
    }

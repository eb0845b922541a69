"""Vectors of re-wrapped stanzas and of parcels."""

from __future__ import annotations

from dataclasses import asdict

from tests.seal.making.book import Book, b64, seed
from tests.seal.node import Node
from tipline.seal import rewrap, stanza
from tipline.seal.suite import HYBRID


def rewraps(node: Node) -> Book:
    book = Book("rewraps.json", "Re-wrapped stanzas: section 7.1")
    unit, desk_id, envelope_id = seed("unit"), seed("unit id", 16), seed("envelope id")
    asked = {"seed": b64(unit), "envelope_id": b64(envelope_id), "desk": b64(desk_id)}
    for what in (
        stanza.Stanza(stanza.WHOLE, seed("K")),
        stanza.Stanza(stanza.SHARE, seed("share"), 7, 2, 3),
        stanza.Stanza(stanza.TEXT, seed("K_text")),
    ):
        by_python = rewrap.rewrap(HYBRID, HYBRID.private(unit).public, envelope_id, desk_id, what)
        by_javascript = node.gives("rewrap", **asked, **{**asdict(what), "key": b64(what.key)})["sealed"]
        for language, sealed in (("python", b64(by_python)), ("javascript", by_javascript)):
            book.gives(f"{language}: kind {what.kind}", "rewrap.unwrap", **asked, sealed=sealed)
    for name, changes in (
        ("another desk's key", {"seed": b64(seed("stranger"))}),
        ("another envelope", {"envelope_id": b64(seed("other"))}),
        ("another desk's id", {"desk": b64(seed("other", 16))}),
    ):
        book.none(f"{name}", "rewrap.unwrap", **{**asked, **changes}, sealed=sealed)
    info = b"tipline/1 rewrap" + envelope_id + desk_id
    for name, plaintext in (("a share at 0", b"\2\0\2\3"), ("an unknown kind", b"\x09\0\0\0")):
        wrong = HYBRID.seal(HYBRID.private(unit).public, info, plaintext + seed("K"))
        book.fails("stanza", name, "rewrap.unwrap", **asked, sealed=b64(wrong))
    stanza_info = b"tipline/1 stanza" + envelope_id
    moved = HYBRID.seal(HYBRID.private(unit).public, stanza_info, b"\1\0\0\0" + seed("K"))
    book.none("an envelope's own stanza", "rewrap.unwrap", **asked, sealed=b64(moved))
    return book


def parcels(_: Node) -> Book:
    book = Book("parcels.json", "Files cut into parcels: section 5")
    mib = 1024 * 1024
    for size in (0, 1, mib - 1, mib, mib + 1, 20 * mib, 255 * mib + 1):
        book.gives(f"parcels for {size} bytes", "parcel.count_for", size=size)
    for count in (0, 1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 48, 49, 255, 256):
        book.gives(f"{count} parcels, rounded up", "parcel.padded_count", parcels=count)
    key = b64(seed("file"))
    pattern = {"repeat": b64(bytes(range(251))), "size": mib}
    short = {"repeat": b64(b"last piece "), "size": 1000}
    pieces = [
        {"file_key": key, "index": 0, "count": 2, "piece": pattern},
        {"file_key": key, "index": 1, "count": 2, "piece": short},
    ]
    for piece in pieces:
        book.gives(f"piece {piece['index']} of 2, sealed", "parcel.seal", **piece)
    book.gives("an empty file, sealed", "parcel.seal", file_key=key, index=0, count=1, piece="")
    book.fails(
        "parcel",
        "a piece that is too long",
        "parcel.seal",
        file_key=key,
        index=0,
        count=1,
        piece={**pattern, "size": mib + 1},
    )
    for index, count in ((2, 2), (0, 0)):
        book.fails(
            "parcel",
            f"piece {index} of {count}",
            "parcel.seal",
            file_key=key,
            index=index,
            count=count,
            piece=short,
        )
    book.gives("opened at its place", "parcel.open", file_key=key, index=0, count=2, sealed=pieces[0])
    for name, changes in (
        ("of another file", {"file_key": b64(seed("other file"))}),
        ("at another place", {"index": 1}),
        ("of another count", {"count": 3}),
        ("as the last one", {"count": 1}),
    ):
        given = {"file_key": key, "index": 0, "count": 2, "sealed": pieces[0], **changes}
        book.fails("parcel", f"opened {name}", "parcel.open", **given)
    noise = {"repeat": b64(seed("noise", 61)), "size": mib + 16}
    book.fails("parcel", "a dummy opened", "parcel.open", file_key=key, index=0, count=1, sealed=noise)
    for size in (0, mib + 15, mib + 17):
        book.fails(
            "size",
            f"{size} bytes opened",
            "parcel.open",
            file_key=key,
            index=0,
            count=1,
            sealed={**noise, "size": size},
        )
    book.gives("a file", "parcel.open_file", file_key=key, size=mib + 1000, parcels=pieces)
    empty = {"file_key": key, "index": 0, "count": 1, "piece": ""}
    book.gives("an empty file", "parcel.open_file", file_key=key, size=0, parcels=[empty])
    for name, size, listed in (
        ("a parcel missing", mib + 1000, pieces[:1]),
        ("no parcel", 0, []),
        ("a parcel too many", mib + 1000, [*pieces, pieces[1]]),
        ("parcels in another order", mib + 1000, pieces[::-1]),
        ("a size that is too small: the filler is not zero", mib + 999, pieces),
        ("a size of fewer parcels", mib, pieces),
        ("a size of more parcels", 2 * mib + 1, pieces),
    ):
        book.fails("parcel", name, "parcel.open_file", file_key=key, size=size, parcels=listed)
    return book

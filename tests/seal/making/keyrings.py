"""Vectors of keyrings."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.seal.making.book import Book, b64, seed
from tests.seal.making.revocations import add_revocations
from tests.seal.making.vouching import DESKS, ROOT_KEY, a_certificate, a_list, a_section, resigned
from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of
from tipline.board import board
from tipline.keyring import keyring, section
from tipline.keyring.signature import PUBLIC_SIZE, SIGNATURE_SIZE, fingerprint
from tipline.seal.suite import HYBRID


def keyrings(_: Node) -> Book:
    parts = {
        "root": ROOT_KEY.public,
        "revocations": a_list().pack(),
        "certificate agency": a_certificate("agency").pack(),
        "section agency": a_section("agency").pack(),
        "certificate oversight": a_certificate("oversight").pack(),
        "section oversight": a_section("oversight", epoch=8).pack(),
    }
    book = Book("keyrings.json", "Keyrings: sections 8.1 and 8.2", **parts)
    agency = [{"blob": "certificate agency"}, {"blob": "section agency"}]
    oversight = [{"blob": "certificate oversight"}, {"blob": "section oversight"}]

    def packed(*listed: Any, count: int | None = None, revocations: Any = None) -> dict[str, Any]:
        number = len(listed) // 2 if count is None else count
        named = revocations or {"blob": "revocations"}
        return {"join": [b64(keyring.MAGIC), {"blob": "root"}, named, b64(bytes([number])), *listed]}

    printed = {"fingerprint": b64(fingerprint(ROOT_KEY.public))}
    known = {**printed, "floors": {}, "revocations_floor": 0}
    one, two = packed(*agency), packed(*agency, *oversight)
    book.gives("one console", "keyring.verified", keyring=one, **known)
    book.gives("two consoles", "keyring.verified", keyring=two, **known)
    book.gives(
        "a serial at its floor",
        "keyring.verified",
        keyring=two,
        **printed,
        floors={"agency": 5, "elsewhere": 9},
        revocations_floor=3,
    )
    book.fails(
        "serial",
        "a serial below its floor",
        "keyring.verified",
        keyring=two,
        **printed,
        floors={"oversight": 6},
        revocations_floor=0,
    )
    for name, code in (("agency", "agency-matters"), ("oversight", "oversight-matters")):
        book.gives(f"a category of the {name}", "keyring.find", keyring=two, **printed, category=code)
    book.fails("category", "an unknown category", "keyring.find", keyring=two, **printed, category="other")
    book.fails(
        "magic",
        "a board's magic",
        "keyring.verified",
        keyring={"edit": one, "put": [[0, b64(board.MAGIC)]]},
        **known,
    )
    book.fails(
        "root",
        "another root's fingerprint",
        "keyring.verified",
        keyring=one,
        **{**known, "fingerprint": b64(seed("other"))},
    )
    changed = {"edit": one, "put": [[5, b64(bytes([ROOT_KEY.public[0] ^ 1]))]]}
    book.fails("root", "another root", "keyring.verified", keyring=changed, **known)
    whole = len(bytes_of(one, book.blobs))
    count = len(keyring.MAGIC) + PUBLIC_SIZE + len(a_list().pack())
    for size in (0, 4, 100, 1989, 1992, count, count + 3, whole - 1, whole + 1):
        book.fails(
            "size",
            f"{size} of {whole} bytes",
            "keyring.verified",
            keyring={"edit": one, "put": [], "size": size},
            **known,
        )
    for at in (1989, count + 1):
        huge = {"edit": one, "put": [[at, "_____w"]]}
        name = f"a payload said to be 4 GiB, at {at}"
        book.fails("size", name, "keyring.verified", keyring=huge, **known)
    add_quorums(book, packed, agency, known)
    add_revocations(book, packed, (agency, oversight), known)
    add_signatures(book, packed, agency, oversight, known)
    add_certificates(book, packed, agency, known)
    book.fails("sections", "no section", "keyring.verified", keyring=packed(), **known)
    book.fails("sections", "one console twice", "keyring.verified", keyring=packed(*agency, *agency), **known)
    book.fails(
        "sections",
        "three sections",
        "keyring.verified",
        keyring=packed(*agency, *oversight, *agency),
        **known,
    )
    same = a_section(
        "oversight", categories=(section.Category("agency-matters", "Taken", DESKS["oversight"]),)
    )
    taken = packed(*agency, oversight[0], b64(same.pack()))
    book.fails("sections", "a category of two consoles", "keyring.verified", keyring=taken, **known)
    add_same_desk(book, packed, agency, known)
    book.fails(
        "size",
        "two sections promised, one there",
        "keyring.verified",
        keyring=packed(*agency, count=2),
        **known,
    )
    add_dates(book, packed, (agency, oversight), printed)
    return book


def add_same_desk(book: Book, packed: Any, agency: list[Any], known: Any) -> None:
    """Add keyrings in which a desk is named twice: by the other console too, and by its own."""
    of_agency = section.Category("oversight-matters", "Taken", DESKS["agency"])
    desks = (section.Desk(DESKS["agency"], "Taken", (HYBRID.private(seed("seat 0")).public,)),)
    vouching = b64(a_certificate("oversight", desks=frozenset({DESKS["agency"]})).pack())
    other = b64(a_section("oversight", desks=desks, categories=(of_agency,)).pack())
    both = packed(*agency, vouching, other)
    book.fails("sections", "a desk of two consoles", "keyring.verified", keyring=both, **known)
    twice = b64(a_section("agency", desks=desks * 2).pack())
    listed = packed(agency[0], twice)
    book.fails("sections", "a desk twice in one section", "keyring.verified", keyring=listed, **known)


def add_dates(book: Book, packed: Any, consoles: tuple[list[Any], list[Any]], printed: Any) -> None:
    """Add days on which a category can be sealed to, and on which it cannot."""
    agency, oversight = consoles
    two, do = packed(*agency, *oversight), "keyring.check_dates"
    mine = {**printed, "category": "agency-matters"}
    for name, today in (("first", "2026-02-01"), ("last", "2026-02-14")):
        book.gives(f"on its {name} day", do, keyring=two, **mine, today=today)
    for name, today in (
        ("the day before", "2026-01-31"),
        ("the day after", "2026-02-15"),
        ("1970", "1970-01-01"),
    ):
        book.fails("dates", name, do, keyring=two, **mine, today=today)
    over = b64(a_section("oversight", not_after=date(2026, 2, 9)).pack())
    ended = packed(*agency, oversight[0], over)
    book.gives("the other console's section is over", do, keyring=ended, **mine, today="2026-02-10")
    theirs = {**printed, "category": "oversight-matters"}
    book.fails("dates", "its own section is over", do, keyring=ended, **theirs, today="2026-02-10")
    other = {**printed, "category": "other"}
    book.fails("category", "the days of an unknown category", do, keyring=two, **other, today="2026-02-10")


def add_quorums(book: Book, packed: Any, agency: list[Any], known: Any) -> None:
    """Add keyrings with a desk that its seats open together."""
    for k, n in ((2, 2), (2, 3), (3, 5), (5, 5)):
        seats = tuple(HYBRID.private(seed(f"seat {at}")).public for at in range(n))
        signed = a_section("agency", desks=(section.Desk(DESKS["agency"], "Together", seats, k),))
        listed = packed(agency[0], b64(signed.pack()))
        book.gives(f"a desk that {k} of {n} open together", "keyring.verified", keyring=listed, **known)


def add_signatures(book: Book, packed: Any, agency: list[Any], oversight: list[Any], known: Any) -> None:
    """Add keyrings that nobody signed so."""
    one = packed(*agency)
    data = bytes_of(one, book.blobs)
    start = len(keyring.MAGIC) + PUBLIC_SIZE + len(a_list().pack()) + 1
    for what, part in (("the certificate", agency[0]), ("the section", agency[1])):
        end = start + len(bytes_of(part, book.blobs))
        for name, place in (
            ("payload", start + 24),
            ("Ed25519 signature", end - SIGNATURE_SIZE + 40),
            ("ML-DSA signature", end - SIGNATURE_SIZE + 164),
            ("last byte", end - 1),
        ):
            changed = {"edit": one, "put": [[place, b64(bytes([data[place] ^ 1]))]]}
            book.fails(
                "signature", f"{what}: its {name} changed", "keyring.verified", keyring=changed, **known
            )
        start = end
    for name, listed in (
        ("another console's section under this certificate", oversight[1]),
        ("a section signed as a board", b64(a_section("agency", label="board").pack())),
    ):
        book.fails("signature", name, "keyring.verified", keyring=packed(agency[0], listed), **known)


def add_certificates(book: Book, packed: Any, agency: list[Any], known: Any) -> None:
    """Add keyrings that are signed and say what their signer may not say."""
    foreign = b64(a_certificate("agency", agency=seed("other", 8)).pack())
    book.fails(
        "agency",
        "a certificate of another agency",
        "keyring.verified",
        keyring=packed(foreign, agency[1]),
        **known,
    )
    posing = b64(a_section("oversight", signer="agency").pack())
    book.fails(
        "console",
        "a signer that speaks for another console",
        "keyring.verified",
        keyring=packed(agency[0], posing),
        **known,
    )
    slipped = section.Desk(DESKS["oversight"], "Oversight", (HYBRID.private(seed("thief")).public,))
    for name, changes in (
        ("a desk that the certificate does not name", {"desks": (slipped,), "categories": ()}),
        (
            "a category of a desk that is not there",
            {"categories": (section.Category("x", "X", DESKS["oversight"]),)},
        ),
    ):
        listed = packed(agency[0], b64(a_section("agency", **changes).pack()))
        book.fails("desks", name, "keyring.verified", keyring=listed, **known)
    later = b64(resigned(a_section("agency"), "agency", section.LABEL, suite=3).pack())
    book.fails("suite", "a suite of later", "keyring.verified", keyring=packed(agency[0], later), **known)
    seats = [b64(HYBRID.private(seed(f"seat {at}")).public) for at in range(6)]
    desk = {"id": b64(DESKS["agency"]), "name": "A", "k": 1, "keys": seats[:1]}
    category = {"code": "agency-matters", "name": "A", "desk": desk["id"]}
    for name, changes in (
        ("a sorting key that is too short", {"sorting": b64(bytes(1215))}),
        ("desks that are an object", {"desks": {}}),
        ("a desk that is a text", {"desks": ["desk"]}),
        ("a desk with a field too many", {"desks": [{**desk, "more": 1}]}),
        ("a desk without a key", {"desks": [{**desk, "keys": []}]}),
        ("a desk of two keys that open by themselves", {"desks": [{**desk, "keys": seats[:2]}]}),
        ("a desk that none of its keys open", {"desks": [{**desk, "k": 0, "keys": seats[:3]}]}),
        ("a desk that more keys open than it has", {"desks": [{**desk, "k": 4, "keys": seats[:3]}]}),
        ("a desk with six seats", {"desks": [{**desk, "k": 3, "keys": seats}]}),
        ("a desk with one key at two seats", {"desks": [{**desk, "k": 2, "keys": [*seats[:2], seats[0]]}]}),
        ("a desk whose k is a text", {"desks": [{**desk, "k": "2", "keys": seats[:3]}]}),
        ("a category with a field too many", {"categories": [{**category, "more": 1}]}),
        ("a category whose code no message may have", {"categories": [{**category, "code": "Agency"}]}),
    ):
        broken = resigned(a_section("agency"), "agency", section.LABEL, **changes)
        listed = packed(agency[0], b64(broken.pack()))
        book.fails("fields", name, "keyring.verified", keyring=listed, **known)

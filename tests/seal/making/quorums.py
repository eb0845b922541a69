"""Vectors of envelopes that k of n seats open together, in both suites and from both languages."""

from __future__ import annotations

from typing import Any

from tests.seal.making.addressed import AGENCY, sealing_arguments
from tests.seal.making.book import Book, b64, seed
from tests.seal.making.messages import a_message
from tests.seal.node import Node
from tests.seal.test_vectors import Given as Arguments
from tests.seal.test_vectors import bytes_of, seal
from tipline.seal import receipt
from tipline.seal.suite import SUITES

#: Name of the blob, its suite's code, k and n.
CASES = (
    ("python", 1, 2, 3),
    ("javascript", 1, 3, 5),
    ("second suite, python", 2, 2, 2),
    ("second suite", 2, 2, 3),
)


def quorums(node: Node) -> Book:
    """Return the book."""
    sealed = {}
    for name, suite, k, n in CASES:
        given = sealing_arguments(a_message(text="Вместе"), [f"seat {at}" for at in range(n)], ["sorting"])
        given |= {"suite": suite, "k": k}
        made = seal(Arguments(given, {})) if "python" in name else node.gives("seal", **given)["envelope"]
        sealed[name] = made if isinstance(made, bytes) else bytes_of(made, {})
    book = Book("quorums.json", "Envelopes that seats open together: sections 3.2 and 3.3", **sealed)
    for name, suite, k, n in CASES:
        add_envelope(book, name, suite, k, n)
    add_wrong_shares(book)
    add_sealing(book)
    return book


def shares_of(book: Book, name: str, suite: int, n: int) -> list[dict[str, Any]]:
    """Add what each seat finds, and return it."""
    given = {"envelope": {"blob": name}, "suite": suite}
    seats = [(f"{name}: the share of seat {at}", b64(seed(f"seat {at}"))) for at in range(n)]
    return [book.gives(about, "opening.open_share", **given, seed=own) for about, own in seats]


def add_envelope(book: Book, name: str, suite: int, k: int, n: int) -> None:
    """Add an envelope as its seats see it, together and alone."""
    envelope = {"blob": name}
    shares = shares_of(book, name, suite, n)
    stranger = {"envelope": envelope, "suite": suite, "seed": b64(seed("stranger"))}
    book.none(f"{name}: no share for a stranger", "opening.open_share", **stranger)
    book.fails(
        "stanza", f"{name}: a seat alone has no key", "opening.open_stanza",
        envelope=envelope, suite=suite, seed=b64(seed("seat 0")),
    )  # fmt: skip
    for chosen, what in (
        (shares[:k], "the first"),
        (shares[-k:], "the last"),
        (shares[::-1], "all, backwards"),
    ):
        together = book.gives(f"{name}: {what}", "quorum.combine", envelope=envelope, shares=chosen)
        assert together["bad"] == []
    book.fails("shares", f"{name}: one too few", "quorum.combine", envelope=envelope, shares=shares[: k - 1])
    book.fails("shares", f"{name}: nobody", "quorum.combine", envelope=envelope, shares=[])
    keys = receipt.keys(SUITES[suite], seed("receipt", 16), AGENCY)
    read = book.gives(f"{name}: the reply part", "opening.open_reply", envelope=envelope, key=together["key"])
    assert read["reply"] == b64(keys.reply)


def add_wrong_shares(book: Book) -> None:
    """Add shares that do not belong to the others: named where enough good ones are there, else refused."""
    two, three = (shares_of_blob(book, name, n) for name, n in (("python", 3), ("javascript", 5)))
    false = {**three[1], "key": b64(seed("garbage"))}
    moved = {**three[1], "x": three[1]["x"] % 255 + 1}
    other = {**three[1], "k": 2}
    fewer = {**three[1], "n": 4}
    alien = {**two[0], "k": 3, "n": 5}
    of = {"envelope": {"blob": "javascript"}}
    for name, share in (
        ("a false share", false),
        ("a share at another point", moved),
        ("a share that says 2 of 5", other),
        ("a share that says 3 of 4", fewer),
        ("another envelope's share", alien),
        ("a false share at another's point", {**false, "x": three[0]["x"]}),
    ):
        found = book.gives(
            f"{name} beside three good ones", "quorum.combine", **of, shares=[three[0], share, *three[3:]]
        )
        assert found["bad"] == [1], name
        book.fails(
            "shares", f"{name} and two good ones", "quorum.combine", **of, shares=[three[0], share, three[4]]
        )
    twice = book.gives(
        "a share twice, beside enough others", "quorum.combine", **of, shares=[*three[:3], three[0]]
    )
    assert twice["bad"] == []
    book.fails("shares", "a share twice", "quorum.combine", **of, shares=[three[0], three[1], three[0]])
    book.fails("shares", "shares of another envelope", "quorum.combine", **of, shares=two)
    mixed = [three[0], false, three[2], {**three[3], "key": b64(bytes(32))}, three[4]]
    found = book.gives("two false shares of five", "quorum.combine", **of, shares=mixed)
    assert found["bad"] == [1, 3]


def shares_of_blob(book: Book, name: str, n: int) -> list[dict[str, Any]]:
    """Return the shares of an envelope, as the vectors before have them."""
    names = [f"{name}: the share of seat {at}" for at in range(n)]
    return [next(v["gives"] for v in book.vectors if v["name"] == wanted) for wanted in names]


def add_sealing(book: Book) -> None:
    """Add what sealing refuses, and that a quorum does not show in the size."""
    given = sealing_arguments(a_message(), [f"seat {at}" for at in range(3)], ["sorting"])
    for k in (1, 2, 3):
        book.gives(f"sealing for {k} of 3", "sealing.seal", **given, k=k)
    for k in (0, 4):
        book.fails("quorum", f"sealing for {k} of 3", "sealing.seal", **given, k=k)
    six = {**given, "desk_keys": [b64(seed(f"seat {at}")) for at in range(6)]}
    book.fails("quorum", "sealing for 2 of 6", "sealing.seal", **six, k=2)
    one = {**given, "desk_keys": given["desk_keys"][:1]}
    book.fails("quorum", "sealing for 2 of 1", "sealing.seal", **one, k=2)

"""Vectors of whole envelopes."""

from __future__ import annotations

from typing import Any

from tests.seal.making.addressed import AGENCY, seal_python, sealing_arguments
from tests.seal.making.book import Book, b64, seed
from tests.seal.making.changed import Changes
from tests.seal.making.messages import TEXTS, a_file, a_message
from tests.seal.making.two_keys import add_salamander, make_salamander
from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of
from tipline.seal import padding, receipt
from tipline.seal.suite import HYBRID


def envelopes(node: Node) -> Book:
    files = {"files": [a_file()], "dummies": [b64(seed("dummy"))]}
    tip = a_message(text=TEXTS["several scripts"], danger="yes", **files)
    reply = a_message(kind="follow-up", counter=1, lang="ar", text="الشاحنة تأتي يوم الثلاثاء")
    js = node.gives(
        "seal", **sealing_arguments(reply, ["desk", "second desk"], ["sorting", "second sorting"])
    )
    twice, first, second, _ = make_salamander()
    book = Book(
        "envelopes.json",
        "Whole envelopes, sealed by Python and by JavaScript, and what is wrong with others: section 3",
        python=seal_python(tip, ["desk"], ["sorting"]),
        javascript=bytes_of(js["envelope"], {}),
        salamander=twice,
    )
    whole: dict[str, tuple[str, str]] = {}
    for language, desks, consoles in (
        ("python", ["desk"], ["sorting"]),
        ("javascript", ["desk", "second desk"], ["sorting", "second sorting"]),
    ):
        envelope = {"blob": language}
        for name in desks:
            read = book.gives(
                f"{language}: the {name} reads", "opening.read", envelope=envelope, seed=b64(seed(name))
            )
            whole[language] = read["key"], read["text_key"]
        key, text_key = whole[language]
        for name in consoles:
            given = {"envelope": envelope, "seed": b64(seed(name))}
            book.gives(f"{language}: the docket for {name}", "opening.open_docket", **given)
        stranger = {"envelope": envelope, "seed": b64(seed("stranger"))}
        book.none(f"{language}: no stanza for a stranger", "opening.open_stanza", **stranger)
        book.none(f"{language}: no docket for a stranger", "opening.open_docket", **stranger)
        book.none(
            f"{language}: a sorting key opens no stanza",
            "opening.open_stanza",
            **{**stranger, "seed": b64(seed("sorting"))},
        )
        book.none(
            f"{language}: a desk's key opens no docket",
            "opening.open_docket",
            **{**stranger, "seed": b64(seed("desk"))},
        )
        book.gives(
            f"{language}: a unit reads with K_text",
            "opening.open_body",
            envelope=envelope,
            text_key=text_key,
        )
        book.fails(
            "commitment",
            f"{language}: K_text does not open the conversation",
            "opening.open_reply",
            envelope=envelope,
            key=text_key,
        )
        book.fails(
            "commitment", f"{language}: K is not K_text", "opening.open_body", envelope=envelope, text_key=key
        )
        keys = receipt.keys(HYBRID, seed("receipt", 16), AGENCY)
        asked = {"envelope": envelope, "text_key": text_key}
        book.gives(f"{language}: from the tipster", "opening.is_from", **asked, follow_up=b64(keys.follow_up))
        book.gives(f"{language}: not from another", "opening.is_from", **asked, follow_up=b64(seed("other")))
        book.gives(f"{language}: its id", "rewrap.envelope_id", envelope=envelope)
    Changes(book, *whole["python"]).add()
    add_salamander(book, first, second)
    add_sealing(book, tip)
    return book


def add_sealing(book: Book, tip: dict[str, Any]) -> None:
    """Add what can be said of sealing, which is random: its size, and what it refuses."""
    given = sealing_arguments(tip, ["desk"], ["sorting"])
    book.gives("sealing for nobody at all", "sealing.seal", **{**given, "desk_keys": [], "sorting_keys": []})
    full = {"desk_keys": given["desk_keys"] * 5, "sorting_keys": given["sorting_keys"] * 2}
    book.gives("sealing for five desks and two consoles", "sealing.seal", **{**given, **full})
    six = {"desk_keys": given["desk_keys"] * 6}
    book.fails("recipients", "sealing for six desks", "sealing.seal", **{**given, **six})
    three = {"sorting_keys": given["sorting_keys"] * 3}
    book.fails("recipients", "sealing for three consoles", "sealing.seal", **{**given, **three})
    long = {"message": {"repeat": b64(b"x"), "size": padding.MESSAGE_MAX + 1}}
    book.fails("too long", "sealing a message that is too long", "sealing.seal", **{**given, **long})
    book.fails("suite", "sealing with suite 3", "sealing.seal", **{**given, "suite": 3})

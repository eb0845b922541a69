"""Vectors of the second suite, of every kind that depends on the suite."""

from __future__ import annotations

from typing import Any

from tests.seal.making.addressed import AGENCY, sealing_arguments
from tests.seal.making.book import Book, b64, seed
from tests.seal.making.messages import a_message
from tests.seal.making.vouching import DESKS, ROOT_KEY, a_certificate, a_list, a_section
from tests.seal.node import Node
from tests.seal.test_vectors import Given as Arguments
from tests.seal.test_vectors import bytes_of, seal
from tipline.keyring import keyring, section
from tipline.keyring.signature import fingerprint
from tipline.seal import layout, receipt, rewrap, slot, stanza
from tipline.seal.suite import APPROVED, HYBRID

_MLKEM = 1568
TWO = {"suite": APPROVED.code}


def approved(node: Node) -> Book:
    """Return the book."""
    given = {**sealing_arguments(a_message(text="Второй набор"), ["desk"], ["sorting"]), **TWO}
    sealed = {
        "python": seal(Arguments(given, {})),
        "javascript": bytes_of(node.gives("seal", **given)["envelope"], {}),
    }
    about = "The suite MLKEM1024-P384 with SHA-384: what depends on the suite, sections 2 to 8"
    book = Book("approved.json", about, **sealed)
    add_primitives(book)
    add_hpke(book)
    for language in sealed:
        add_envelope(book, language)
    add_others(book, node)
    add_keyrings(book)
    return book


def add_primitives(book: Book) -> None:
    """Add the expansion of seeds, and all that is derived."""
    for name in ("desk", "sorting"):
        book.gives(f"public key of {name}", "suite.public", **TWO, seed=b64(seed(name)))
    book.gives("public key of the zero seed", "suite.public", **TWO, seed=b64(bytes(32)))
    book.fails("private key", "a seed that is too short", "suite.public", **TWO, seed=b64(bytes(31)))
    secret = b64(seed("secret"))
    derive = {**TWO, "secret": secret, "salt": b64(seed("salt")), "label": "text", "size": 32, "context": ""}
    book.gives("derive", "suite.derive", **derive)
    book.gives("derive without salt", "suite.derive", **{**derive, "salt": ""})
    book.gives(
        "derive 96 bytes with a context", "suite.derive", **{**derive, "size": 96, "context": "AAAAAA"}
    )
    book.gives("mac", "suite.mac", **TWO, key=secret, label="label", message=b64(b"what is said"))
    book.gives("key schedule", "schedule.keys", **TWO, key=b64(seed("K")), salt=b64(seed("salt")))
    entropy = b64(seed("receipt", 16))
    book.gives("keys of a receipt", "receipt.keys", **TWO, entropy=entropy, agency=b64(AGENCY))
    book.gives("a token", "acknowledgement.token", **TWO, key=secret, day=20_000)


def add_hpke(book: Book) -> None:
    """Add HPKE: what opens, what is not for this key, and public keys that are none."""
    key = APPROVED.private(seed("desk"))
    sealed = APPROVED.seal(key.public, b"info", b"plaintext")
    given = {**TWO, "seed": b64(key.seed), "info": b64(b"info"), "sealed": b64(sealed)}
    book.gives("hpke", "suite.open", **given)
    book.none("hpke with another info", "suite.open", **{**given, "info": b64(b"other")})
    book.none("hpke with another key", "suite.open", **{**given, "seed": b64(seed("sorting"))})
    book.none("hpke read as the other suite", "suite.open", **{**given, "suite": HYBRID.code})
    for name, at in (("ML-KEM half", 0), ("point's first byte", _MLKEM), ("point", _MLKEM + 50), ("tag", -1)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        book.none(f"hpke with its {name} changed", "suite.open", **{**given, "sealed": b64(bytes(changed))})
    point = sealed[:_MLKEM] + b"\4" + bytes(96) + sealed[_MLKEM + 97 :]
    book.none("hpke with a point that is not on P-384", "suite.open", **{**given, "sealed": b64(point)})
    sealing = {**TWO, "info": "", "plaintext": b64(b"plaintext")}
    book.gives("sealed size", "suite.seal", public=b64(key.public), **sealing)
    curve = key.public[_MLKEM:]
    for name, public in (
        ("a public key cut short", key.public[:-1]),
        ("a public key of the other suite", HYBRID.private(seed("desk")).public),
        ("an ML-KEM key that is none", b"\xff" * _MLKEM + curve),
        ("a point that is not on P-384", key.public[:-1] + bytes([key.public[-1] ^ 1])),
        ("the point at infinity", key.public[:_MLKEM] + bytes(97)),
        ("a point in hybrid form", key.public[:_MLKEM] + bytes([6 + (curve[-1] & 1)]) + curve[1:]),
    ):
        book.fails("public key", name, "suite.seal", public=b64(public), **sealing)


def add_envelope(book: Book, language: str) -> None:
    """Add an envelope as its desk and console read it, and what somebody did to its suite."""
    envelope: dict[str, Any] = {"blob": language}
    private = {**TWO, "seed": b64(seed("desk"))}
    read = book.gives(f"{language}: the desk reads", "opening.read", envelope=envelope, **private)
    docket = {**TWO, "envelope": envelope, "seed": b64(seed("sorting"))}
    book.gives(f"{language}: the docket", "opening.open_docket", **docket)
    stranger = {**private, "seed": b64(seed("stranger"))}
    book.none(f"{language}: no stanza for a stranger", "opening.open_stanza", envelope=envelope, **stranger)
    book.none(
        f"{language}: no stanza for the same seed in the other suite", "opening.open_stanza",
        envelope=envelope, suite=HYBRID.code, seed=private["seed"],
    )  # fmt: skip
    asked = {**TWO, "envelope": envelope, "text_key": read["text_key"]}
    keys = receipt.keys(APPROVED, seed("receipt", 16), AGENCY)
    book.gives(f"{language}: from the tipster", "opening.is_from", **asked, follow_up=b64(keys.follow_up))
    book.gives(f"{language}: not from another", "opening.is_from", **asked, follow_up=b64(seed("other")))
    downgraded = {"edit": envelope, "put": [[5, "AQ"]]}
    given = {"envelope": downgraded, **private}
    book.fails("size", f"{language}: said to be of the first suite", "opening.open_stanza", **given)
    cut = {**downgraded, "size": layout.envelope_size(HYBRID)}
    first = {"envelope": cut, "suite": HYBRID.code, "seed": private["seed"]}
    book.none(f"{language}: so, and cut to its length", "opening.open_stanza", **first)
    book.fails(
        "commitment", f"{language}: so, and its K_text known", "opening.open_body",
        envelope=cut, text_key=read["text_key"],
    )  # fmt: skip


def add_others(book: Book, node: Node) -> None:
    """Add a re-wrapped stanza, parcels and slots."""
    key, desk, name = APPROVED.private(seed("desk")), seed("desk id", 16), seed("envelope id")
    wrapped = rewrap.rewrap(APPROVED, key.public, name, desk, stanza.Stanza(stanza.TEXT, seed("K_text")))
    given = {
        **TWO,
        "seed": b64(key.seed),
        "envelope_id": b64(name),
        "desk": b64(desk),
        "sealed": b64(wrapped),
    }
    book.gives("a re-wrapped stanza", "rewrap.unwrap", **given)
    book.none("for another desk", "rewrap.unwrap", **{**given, "desk": b64(seed("other", 16))})
    piece = {"file_key": b64(seed("file")), "index": 0, "count": 1, "piece": b64(b"words")}
    book.gives("a parcel", "parcel.seal", **TWO, **piece)
    opening = {**TWO, "file_key": piece["file_key"], "size": 5}
    book.gives("a file", "parcel.open_file", **opening, parcels=[{**TWO, **piece}])
    book.fails("parcel", "a parcel of the other suite", "parcel.open_file", **opening, parcels=[piece])
    reply_key = seed("reply key")
    book.gives("a label", "slot.label", **TWO, reply_key=b64(reply_key), index=3)
    answer = slot.Reply(seed("reply", 16), desk, 20_000, "Спасибо")
    fields = {"id": b64(answer.id), "desk": b64(desk), "day": answer.day, "text": answer.text}
    theirs = node.gives("slots", **TWO, reply_key=b64(reply_key), first_index=1, **fields)["slots"]
    for language, slots in (
        ("python", b"".join(slot.seal(APPROVED, reply_key, 0, answer))),
        ("javascript", b"".join(bytes_of(one, {}) for one in theirs)),
    ):
        find = {"reply_key": b64(reply_key), "slots": b64(slots)}
        book.gives(f"{language}: a reply", "slot.find", **TWO, **find)
        book.gives(f"{language}: nothing in the other suite", "slot.find", **find)


def add_keyrings(book: Book) -> None:
    """Add keyrings: an agency has one suite, and a reader that knows it takes no other."""

    def of(console: str) -> list[bytes]:
        own = section.Desk(DESKS[console], "Desk", (APPROVED.private(seed(f"desk {console}")).public,))
        sorting = APPROVED.private(seed(f"sorting {console}")).public
        signed = a_section(console, **TWO, sorting=sorting, desks=(own,))
        return [a_certificate(console).pack(), signed.pack()]

    def packed(*sections: list[bytes]) -> str:
        head = keyring.MAGIC + ROOT_KEY.public + a_list().pack() + bytes([len(sections)])
        return b64(head + b"".join(part for parts in sections for part in parts))

    known = {"fingerprint": b64(fingerprint(ROOT_KEY.public)), "floors": {}, "revocations_floor": 0}
    hybrid = [a_certificate("oversight").pack(), a_section("oversight").pack()]
    book.gives("one console", "keyring.verified", keyring=packed(of("agency")), **known)
    two = packed(of("agency"), of("oversight"))
    for own in (APPROVED, HYBRID):
        given = {"keyring": packed(of("agency")), "own_suite": own.code, **known}
        if own == APPROVED:
            book.gives("a reader whose own suite it is", "keyring.verified", **given)
        else:
            book.fails("suite", "a reader whose own suite is another", "keyring.verified", **given)
    downgraded = {"keyring": packed(hybrid), "own_suite": APPROVED.code, **known}
    book.fails(
        "suite", "a keyring of the first suite where it is the second", "keyring.verified", **downgraded
    )
    book.gives("two consoles", "keyring.verified", keyring=two, **known)
    book.fails(
        "suite",
        "two consoles with two suites",
        "keyring.verified",
        keyring=packed(of("agency"), hybrid),
        **known,
    )

"""Vectors of the list in a keyring: of revocations, and of the consoles that there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.seal.making.book import Book, b64, seed
from tests.seal.making.vouching import DESKS, ROOT_KEY, SIGNERS, a_list, a_section
from tests.seal.test_vectors import bytes_of
from tipline.keyring import certificate, reader
from tipline.keyring.revocation import Console
from tipline.keyring.section import Category
from tipline.keyring.signature import SIGNATURE_SIZE, agency_id
from tipline.seal.message import to_base64

AGENCY = {"console": "agency", "called": "City police", "categories": ["agency-matters"]}


def add_revocations(book: Book, packed: Any, consoles: tuple[list[Any], list[Any]], known: Any) -> None:
    """Add keyrings with other lists: which of them shut a console out, and which are none."""
    agency, oversight = consoles

    def listed(*sections: Any, revocations: Any, **changes: Any) -> dict[str, Any]:
        keyring = packed(*sections, revocations=b64(revocations.pack()))
        return {**known, **changes, "keyring": keyring}

    do = "keyring.verified"
    book.gives("another console's signer is revoked", do, **listed(*agency, revocations=a_list("oversight")))
    for name in ("agency", "oversight"):
        given = listed(*agency, *oversight, revocations=a_list(name))
        book.fails("revoked", f"the signer of the {name} is revoked", do, **given)
    both = listed(*agency, revocations=a_list("agency", "oversight"))
    book.fails("revoked", "both signers are revoked", do, **both)
    older = listed(*agency, revocations=a_list(), revocations_floor=4)
    book.fails("serial", "a list below its floor", do, **older)
    foreign = a_list(agency=seed("other", 8))
    book.fails("agency", "a list of another agency", do, **listed(*agency, revocations=foreign))
    for name, forged in (
        ("signed by a signer", a_list(key=SIGNERS["agency"])),
        ("signed as a certificate", a_list(label=certificate.LABEL)),
    ):
        book.fails("signature", f"a list {name}", do, **listed(*agency, revocations=forged))
    add_changed(book, packed(*agency), known)
    add_consoles(book, packed, consoles, known)
    for name, changes in {
        "a list that is an object": {"revoked": {}},
        "a fingerprint of 31 bytes": {"revoked": [to_base64(bytes(31))]},
        "a fingerprint that is a number": {"revoked": [1]},
        "a list with a field too many": {"more": 1},
        "a list without a number": {"serial": None},
        "consoles that are an object": {"consoles": {}},
        "a console that is a text": {"consoles": ["agency"]},
        "a console with a field too many": {"consoles": [{**AGENCY, "more": 1}]},
        "a console without a name for people": {"consoles": [{**AGENCY, "called": ""}]},
        "a category that is a number": {"consoles": [{**AGENCY, "categories": [1]}]},
        "a console that is named twice": {"consoles": [AGENCY, {**AGENCY, "categories": []}]},
        "a category that is two consoles' own": {"consoles": [AGENCY, {**AGENCY, "console": "oversight"}]},
    }.items():
        fields = {
            "agency": to_base64(agency_id(ROOT_KEY.public)),
            "serial": 3,
            "revoked": [],
            "consoles": [],
            **changes,
        }
        broken = ROOT_KEY.sign("revocations", reader.write_json(fields))
        book.fails("fields", name, do, **listed(*agency, revocations=broken))


def add_consoles(book: Book, packed: Any, consoles: tuple[list[Any], list[Any]], known: Any) -> None:
    """Add keyrings whose list says which consoles there are, and which categories are one's alone."""
    agency, oversight = consoles
    own = Console("agency", "City police", frozenset({"agency-matters", "x"}))
    overseers = Console("oversight", "Надзор", frozenset({"oversight-matters"}))

    def listed(*named: Console, sections: list[Any]) -> dict[str, Any]:
        signed = b64(a_list(consoles=named).pack())
        return {**known, "keyring": packed(*sections, revocations=signed)}

    do, both = "keyring.verified", [*agency, *oversight]
    book.gives("both consoles are listed and there", do, **listed(own, overseers, sections=both))
    book.gives("a listed console is missing", do, **listed(own, overseers, sections=agency))
    book.gives("a listed console has no category of its own", do, **listed(
        replace(own, categories=frozenset()), overseers, sections=both
    ))  # fmt: skip
    book.fails("console", "a console that is not listed", do, **listed(own, sections=both))
    claims = a_section("agency", categories=(Category("oversight-matters", "Taken", DESKS["agency"]),))
    taken = [agency[0], b64(claims.pack())]
    for name, sections in (("there", [*taken, *oversight]), ("missing", taken)):
        given = listed(own, overseers, sections=sections)
        book.fails("categories", f"a category of another console, which is {name}", do, **given)


def add_changed(book: Book, keyring: dict[str, Any], known: Any) -> None:
    """Add keyrings whose list has a bit changed."""
    data, start = bytes_of(keyring, book.blobs), 1989
    end = start + len(a_list().pack())
    for name, place in (
        ("payload", start + 24),
        ("Ed25519 signature", end - SIGNATURE_SIZE + 40),
        ("ML-DSA signature", end - 1),
    ):
        changed = {"edit": keyring, "put": [[place, b64(bytes([data[place] ^ 1]))]]}
        book.fails("signature", f"the list: its {name} changed", "keyring.verified", keyring=changed, **known)

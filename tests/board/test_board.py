from __future__ import annotations

import secrets
from datetime import date

import pytest

from tipline.board import board
from tipline.ceremony import root
from tipline.errors import FormatError, KeyringError
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import agency_id, fingerprint
from tipline.keys.signing import SigningKey
from tipline.seal import slot

ROOT, SIGNER = SigningKey.generate(), SigningKey.generate()
TODAY = date(2026, 11, 23)
VOUCHING = root.certify(ROOT, "agency", SIGNER.public, [bytes(16)], TODAY)
NOBODY = Revocations(agency_id(ROOT.public), 1, frozenset())
SLOTS = [slot.dummy() for _ in range(4)]
TOKENS = [secrets.token_bytes(16) for _ in range(3)]


def make(**changes: object) -> bytes:
    """Return a section whose head says what it should, but for *changes*."""
    fields = {
        "console": "agency",
        "serial": 9,
        "day": TODAY,
        "previous": bytes(32),
        "slots": len(SLOTS),
        "tokens": len(TOKENS),
        "sha256": board.digest(SLOTS, TOKENS),
        "audit": bytes(range(32)),
    }
    head = board.Head(**{**fields, **changes})
    return board.pack_section(VOUCHING, SIGNER.sign(board.LABEL, head.encode()), SLOTS, TOKENS)


def refused(data: bytes) -> str:
    """Return how a section is refused."""
    with pytest.raises(FormatError) as error:
        board.verified_section(data, ROOT.public, NOBODY)
    return error.value.failure


def test_it_reads_what_the_signer_signed():
    """Slots, tokens and head come back from a section, and from a board of sections."""
    section = board.verified_section(make(), ROOT.public, NOBODY)
    assert (section.slots, section.tokens, section.head.serial) == (tuple(SLOTS), frozenset(TOKENS), 9)
    assert board.verified(board.pack([make()]), ROOT.public, NOBODY) == (section,)
    assert board.verified(board.pack([]), ROOT.public, NOBODY) == ()


def test_it_refuses_an_old_section_beside_the_new_one():
    """A relay must not bring back what was taken down by serving a console's old section too."""
    with pytest.raises(FormatError) as error:
        board.verified(board.pack([make(), make(serial=8)]), ROOT.public, NOBODY)
    assert error.value.failure == "sections"


def test_it_refuses_every_changed_or_missing_byte():
    """No slot, token or field can be changed, dropped or added on the way."""
    data = make()
    for at in (*range(0, len(data), 101), len(data) - 1):
        assert refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert refused(data[:at]) in {"size", "signature"}
    assert refused(data + b"\0") == "size"


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"console": "oversight"}, "console"),
        ({"slots": 3}, "hash"),
        ({"slots": board.SLOTS_MAX + 1}, "fields"),
        ({"tokens": board.TOKENS_MAX + 1}, "fields"),
        ({"sha256": bytes(32)}, "hash"),
    ],
)
def test_it_refuses_a_head_that_says_something_else(changes: dict[str, object], failure: str):
    """A signed head must be about these slots and this console."""
    assert refused(make(**changes)) == failure


def test_it_refuses_another_signer():
    """Only the signer that the root certified."""
    data = make()
    other = SigningKey.generate()
    head = board.Head("agency", 9, TODAY, bytes(32), 4, 3, board.digest(SLOTS, TOKENS), bytes(32))
    wrong = board.pack_section(VOUCHING, other.sign(board.LABEL, head.encode()), SLOTS, TOKENS)
    assert len(wrong) == len(data)
    assert refused(wrong) == "signature"
    with pytest.raises(FormatError):
        board.verified_section(data, other.public, NOBODY)


def test_it_refuses_a_revoked_signer():
    """What it signed before it was revoked too: a thief could have back-dated it."""
    listed = Revocations(NOBODY.agency, 2, frozenset({fingerprint(SIGNER.public)}))
    with pytest.raises(KeyringError) as error:
        board.verified(board.pack([make()]), ROOT.public, listed)
    assert error.value.failure == "revoked"

"""Files: whole or not at all, byte for byte, a piece at a time, in the audit first."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import delete, select, text, update

from tipline import tables
from tipline.cases import audit, case, file
from tipline.errors import AccessError, AuditError, FormatError, MissingError
from tipline.restricted.marks import Place
from tipline.seal import message, parcel
from tipline.seal.suite import HYBRID

MIB = parcel.PIECE


def lose(agency_, what: message.File, *places: int) -> None:
    with agency_.engine.begin() as connection:
        lost = [what.parcels[place] for place in places]
        connection.execute(delete(tables.parcel).where(tables.parcel.c.id.in_(lost)))


def entries(agency_) -> list[str]:
    with agency_.engine.connect() as connection:
        return [audit.parse(row.entry).action for row in connection.execute(select(tables.audit))]


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 7])
def test_it_opens_byte_for_byte_in_pieces(agency_, size: int):
    """Every boundary, no piece over 1 MiB."""
    data = secrets.token_bytes(size)
    agency_.tip(files=(agency_.file(data),))
    alice = agency_.work("Alice")
    (item,) = alice.known.items(1)
    opened = file.open_(alice, 1, Place(item.envelope, 0))
    pieces = list(opened.pieces)
    assert b"".join(pieces) == data
    assert opened.size == size
    assert max(len(piece) for piece in pieces) <= MIB
    assert entries(agency_) == ["file-opened"]


def test_it_says_how_many_parts_are_missing(agency_):
    """Plainly, before anything is handed out, on the page too."""
    what = agency_.file(secrets.token_bytes(5 * MIB))
    agency_.tip(files=(what,))
    lose(agency_, what, 1, 4)
    alice = agency_.work("Alice")
    (item,) = alice.known.items(1)
    with pytest.raises(MissingError, match="2 of 5 parts have not arrived"):
        file.open_(alice, 1, Place(item.envelope, 0))
    assert case.open_(alice, 1).said[0].missing == (2,)


def test_it_takes_what_another_sending_brought(agency_):
    """The first sending's parts were lost, the same words with the same file were sent again."""
    data = b"\x05" * (2 * MIB)
    first = agency_.file(data)
    again = message.File(first.name, first.type, first.size, secrets.token_bytes(32), ())
    ids = []
    for place in range(2):
        sealed = parcel.seal(HYBRID, again.key, place, 2, data[place * MIB : (place + 1) * MIB])
        ids.append(agency_.parcel(sealed))
    again = message.File(first.name, first.type, first.size, again.key, tuple(ids))
    keys = agency_.tip("look", files=(first,))
    agency_.receive(agency_.seal(keys, "look", files=(again,)))
    lose(agency_, first, 0)
    alice = agency_.work("Alice")
    for item in alice.known.items(1):
        assert b"".join(file.open_(alice, 1, Place(item.envelope, 0)).pieces) == data
    assert case.open_(alice, 1).said[0].missing == (0,)


def test_a_file_that_nobody_proves_does_not_stand_in(agency_):
    """The same words and file name by somebody without the follow-up key, while the real parts are lost."""
    real = agency_.file(b"real")
    keys, forger = agency_.tip("look", files=(real,)), agency_.receipt()
    lose(agency_, real, 0)
    swapped = (agency_.file(b"evil!"[:4]),)
    agency_.receive(agency_.seal(forger, "look", files=swapped, thread=keys.thread))
    alice = agency_.work("Alice")
    first, second = sorted(alice.known.items(1), key=lambda item: item.seq)
    with pytest.raises(MissingError):
        file.open_(alice, 1, Place(first.envelope, 0))
    assert b"".join(file.open_(alice, 1, Place(second.envelope, 0)).pieces) == b"evil"
    assert [one.missing for one in case.open_(alice, 1).said] == [(1,), (0,)]


@pytest.mark.parametrize("place", [0, 2])
def test_a_changed_part_is_found_before_the_first_byte(agency_, place: int):
    """Even in the last part."""
    what = agency_.file(secrets.token_bytes(3 * MIB))
    agency_.tip(files=(what,))
    alice = agency_.work("Alice")
    (item,) = alice.known.items(1)
    with agency_.engine.begin() as connection:
        own = tables.parcel.c
        data = connection.execute(select(own.bytes).where(own.id == what.parcels[place])).scalar_one()
        changed = data[:-1] + bytes([data[-1] ^ 1])
        connection.execute(update(tables.parcel).where(own.id == what.parcels[place]).values(bytes=changed))
    with pytest.raises(FormatError) as refused:
        file.open_(alice, 1, Place(item.envelope, 0))
    assert refused.value.failure == "parcel"


def test_a_file_that_promises_another_length_is_refused(agency_):
    """Size and number of parts disagree: nothing is opened."""
    what = agency_.file(secrets.token_bytes(MIB))
    false = message.File(what.name, what.type, 5 * MIB, what.key, what.parcels)
    agency_.tip(files=(false,))
    alice = agency_.work("Alice")
    with pytest.raises(FormatError):
        file.open_(alice, 1, Place(alice.known.items(1)[0].envelope, 0))


def test_nothing_is_opened_when_the_audit_fails(agency_, monkeypatch):
    """No parcel is decrypted."""
    agency_.tip(files=(agency_.file(b"data"),))
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    monkeypatch.setattr(parcel, "open_", lambda *_: pytest.fail("opened before the audit"))
    with pytest.raises(AuditError):
        file.open_(alice, 1, Place(alice.known.items(1)[0].envelope, 0))


@pytest.mark.parametrize(("number", "place"), [(1, 1), (1, -1), (2, 0)])
def test_there_is_no_other_file(agency_, number: int, place: int):
    """A number beyond the last, and a message named under a case that it is not of."""
    agency_.tip(files=(agency_.file(b"data"),))
    agency_.tip("another")
    alice = agency_.work("Alice")
    with pytest.raises(AccessError):
        file.open_(alice, number, Place(alice.known.items(1)[0].envelope, place))

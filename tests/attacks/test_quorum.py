"""One overseer of two, with every key that they have, and all of the console's disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests import quorum
from tests.quorum import Oversight
from tipline import db, tables
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError
from tipline.seal import opening, rewrap, stanza
from tipline.seal.quorum import combine
from tipline.seal.suite import PrivateKey, decrypt
from tipline.together import sealed, together
from tipline.together.openings import Openings

TEXT = "They took the money from the safe."


@pytest.fixture
def oversight(tmp_path: Path) -> Oversight:
    """Three overseers, of whom two opened a tip with a file, answered it and closed it again."""
    made = quorum.make(tmp_path / "data")
    made.tip(TEXT, files=(made.file(b"picture" * 100),))
    openings, (ada, ben) = Openings(), [made.work(name) for name in ("Ada", "Ben")]
    together.ask(ada, openings, 1, "Because")
    together.give(ben, openings, 1)
    sealed.answer(ada, openings, 1, "Thank you.", bytes(16))
    together.close(ada, openings, 1)
    made.work("Cem")
    return made


def keys_of(own: Work) -> list[PrivateKey]:
    """Return every private key that an overseer has: their own, the desk's, their seat's of every epoch."""
    return [
        own.member.keys.opening,
        *(key for desk in own.member.desks.values() for key in desk.keys.values()),
    ]


def shares_with(oversight: Oversight, keys: list[PrivateKey]) -> Iterator[stanza.Stanza]:
    """Yield the shares that these keys open, in the envelope itself and in every row of any seat."""
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.bytes))
        rows = connection.execute(select(tables.stanza)).all()
    for key in keys:
        found = [rewrap.unwrap(key, row.envelope, row.desk, row.sealed) for row in rows]
        found.append(opening.open_share(envelope, key))
        yield from (share for share in found if share is not None)


def test_one_overseer_with_the_whole_disk_opens_nothing(oversight: Oversight):
    """Not the text, not the reply key, not the copy of the answer: all keys together give one share."""
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.bytes))
        copy = connection.execute(select(tables.reply)).one()
    for name in ("Ada", "Ben", "Cem"):
        found = set(shares_with(oversight, keys_of(oversight.work(name))))
        assert len(found) == 1
        (share,) = found
        with pytest.raises(FormatError, match="shares"):
            combine(envelope, [share, share])
        for guess in (share.key, opening.text_key_of(envelope, share.key)):
            with pytest.raises(FormatError, match="commitment"):
                opening.open_body(envelope, guess)
            with pytest.raises(FormatError, match="commitment"):
                opening.open_reply(envelope, guess)
            assert decrypt(guess, copy.sealed) is None


def test_two_of_them_with_the_disk_do(oversight: Oversight):
    """Any two, without the product: what is claimed is k, and no more."""
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.bytes))
    for names in (("Ada", "Ben"), ("Ben", "Cem"), ("Ada", "Cem")):
        keys = [key for name in names for key in keys_of(oversight.work(name))]
        key = combine(envelope, sorted(set(shares_with(oversight, keys)), key=lambda share: share.x)).key
        assert TEXT.encode() in opening.open_body(envelope, opening.text_key_of(envelope, key)).message


def test_a_copied_share_is_not_a_second_one(oversight: Oversight):
    """An overseer who puts their own share in a colleague's place still needs two more who agree."""
    openings, (ada, ben, cem) = Openings(), [oversight.work(name) for name in ("Ada", "Ben", "Cem")]
    (share,) = set(shares_with(oversight, keys_of(ada)))
    seat, at = oversight.seats[1], tables.stanza
    with db.writing(oversight.engine) as connection:
        row = connection.execute(select(at).where(at.c.desk == seat)).one()
        public = ben.member.desks[seat].at_rest.public
        wrapped = rewrap.rewrap(ben.member.suite, public, row.envelope, seat, share)
        connection.execute(update(at).where(at.c.seq == row.seq).values(sealed=wrapped))
    together.ask(ada, openings, 1, "Because")
    assert not together.give(ben, openings, 1)
    assert openings.standing(1).failed
    assert together.give(cem, openings, 1)


@pytest.mark.parametrize("own", [2, 3])
def test_a_tip_moved_into_a_case_that_others_agree_to_does_not_open(oversight: Oversight, own: int):
    """By an overseer who writes to the database too: what is not of one thread opens for nobody."""
    openings, what = Openings(), tables.envelope
    for text in ("Nothing much.", "Who told it."):
        oversight.tip(text)
    ada, ben = (oversight.work(name) for name in ("Ada", "Ben"))
    with db.writing(oversight.engine) as connection:
        connection.execute(update(what).where(what.c.case == 5 - own).values(case=own))
    together.ask(ada, openings, own, "A routine matter")
    assert sealed.look(ben, openings, own).line.messages == 2
    assert not together.give(ben, openings, own)
    assert openings.standing(own).failed
    for reader in (ada, ben):
        assert openings.keys(own, reader) == {}
        with pytest.raises(AccessError):
            sealed.read(reader, openings, own)


def test_a_seat_made_by_sql_is_nobodys(oversight: Oversight):
    """An overseer who names a colleague's seat their own by SQL has no key of it."""
    with db.writing(oversight.engine) as connection:
        mine, theirs = oversight.seats[:2]
        own = tables.member_key
        connection.execute(own.delete().where(own.c.desk == mine))
        connection.execute(
            update(own).where(own.c.desk == theirs).values(officer=oversight.made.officers["Ada"])
        )
    ada = oversight.work("Ada")
    assert not [desk for desk in ada.member.desks.values() if desk.seat_of]
    with pytest.raises(AccessError):
        together.give(ada, Openings(), 1)

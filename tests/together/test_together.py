"""Opening together: two of three overseers, each from their own session, and nothing of it on disk."""

from __future__ import annotations

from itertools import combinations, permutations
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests import quorum
from tests.quorum import Oversight
from tipline import db, tables
from tipline.audit import actions
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, MissingError
from tipline.restricted.marks import Place
from tipline.seal import opening, rewrap, slot
from tipline.seal.quorum import combine
from tipline.seal.suite import HYBRID
from tipline.together import sealed, together
from tipline.together.openings import OPEN_SECONDS, Openings

WHY = "Nobody answered him for a week."
TEXT = "They took the money from the safe."


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def openings(clock: Clock) -> Openings:
    return Openings(now=clock)


@pytest.fixture(params=[(2, 3)])
def oversight(tmp_path: Path, request: pytest.FixtureRequest) -> Oversight:
    return quorum.make(tmp_path / "data", *request.param)


def works(oversight: Oversight, *names: str) -> list[Work]:
    return [oversight.work(name) for name in names]


def actions_of(oversight: Oversight) -> list[str]:
    with oversight.engine.connect() as connection:
        entries = sealed.audit.of_case(connection, {oversight.desk()}, 1)
    assert all(entry.holds for entry in entries)
    return [entry.action for entry in entries]


def texts(own: Work, openings: Openings, number: int = 1) -> list[str]:
    said = sealed.read(own, openings, number).conversation
    return [part.message.text if isinstance(part, sealed.Said) else part.text or "" for part in said]


def test_two_open_what_one_cannot(oversight: Oversight, openings: Openings):
    """One asks and sees nothing; with the second share it is open to these two, and to no third."""
    oversight.tip(TEXT, danger="unsure")
    ada, ben, cem = works(oversight, "Ada", "Ben", "Cem")
    assert not together.ask(ada, openings, 1, WHY)
    seen = sealed.look(ben, openings, 1)
    assert [one.text for one in seen.asked] == [WHY]
    assert [seat.given for seat in seen.seats] == [True, False, False]
    for own in (ada, ben):
        with pytest.raises(AccessError):
            sealed.read(own, openings, 1)
    assert together.give(ben, openings, 1)
    assert texts(ada, openings) == texts(ben, openings) == [TEXT]
    assert not sealed.look(cem, openings, 1).reads
    with pytest.raises(AccessError):
        sealed.read(cem, openings, 1)
    (line,) = sealed.lines(cem, openings)
    assert (line.status, line.priority, line.standing.is_open) == ("read", 1, True)


def test_a_third_joins_with_a_share_of_their_own(oversight: Oversight, openings: Openings):
    oversight.tip(TEXT)
    ada, ben, cem = works(oversight, "Ada", "Ben", "Cem")
    together.ask(ada, openings, 1, WHY)
    together.give(ben, openings, 1)
    assert together.give(cem, openings, 1)
    assert texts(cem, openings) == texts(ada, openings) == [TEXT]


def test_every_act_is_in_the_audit_first(oversight: Oversight, openings: Openings, monkeypatch):
    """Asking, each share, the opening and every look; where it cannot be written nothing happens."""
    oversight.tip(TEXT)
    ada, ben = works(oversight, "Ada", "Ben")
    together.ask(ada, openings, 1, WHY)
    together.give(ben, openings, 1)
    sealed.read(ben, openings, 1)
    together.close(ben, openings, 1)
    assert actions_of(oversight) == [
        actions.WROTE, actions.ASKED, actions.GAVE_SHARE, actions.GAVE_SHARE, actions.OPENED_TOGETHER,
        actions.OPENED, actions.CLOSED_TOGETHER,
    ]  # fmt: skip
    monkeypatch.setattr(together.audit, "append", _cannot)
    with pytest.raises(sealed.audit.AuditError):
        together.give(ada, openings, 1)
    assert openings.givers(1) == []


def _cannot(*_: object) -> None:
    raise sealed.audit.AuditError("the disk is full")


@pytest.mark.parametrize("who", [0, 1])
def test_who_leaves_closes_it_for_all(oversight: Oversight, openings: Openings, who: int):
    """A sign-out or an idle lock of either ends what they opened; the keys are gone."""
    oversight.tip(TEXT)
    people = works(oversight, "Ada", "Ben")
    together.ask(people[0], openings, 1, WHY)
    together.give(people[1], openings, 1)
    people[who].wipe()
    assert openings.keys(1, people[1 - who]) == {}
    assert not openings.standing(1).is_open
    assert openings.givers(1) == []


def test_it_closes_by_itself(oversight: Oversight, openings: Openings, clock: Clock):
    """After half an hour the keys are forgotten, and all is asked again."""
    oversight.tip(TEXT)
    ada, ben = works(oversight, "Ada", "Ben")
    together.ask(ada, openings, 1, WHY)
    together.give(ben, openings, 1)
    clock.now += OPEN_SECONDS - 1
    assert texts(ada, openings) == [TEXT]
    clock.now += 1
    with pytest.raises(AccessError):
        sealed.read(ada, openings, 1)
    assert openings.givers(1) == []


def test_another_session_of_the_same_overseer_reads_nothing(oversight: Oversight, openings: Openings):
    """It is open where it was opened, and a second session is not a second overseer."""
    oversight.tip(TEXT)
    ada, again = works(oversight, "Ada", "Ada")
    together.ask(ada, openings, 1, WHY)
    assert not together.give(again, openings, 1)
    (ben,) = works(oversight, "Ben")
    assert together.give(ben, openings, 1)
    assert openings.keys(1, ada) == {}
    assert texts(again, openings) == [TEXT]


@pytest.mark.parametrize("oversight", [(2, 3)], indirect=True)
@pytest.mark.parametrize("what", ["garbage", "not sealed to it"])
def test_a_bad_share_is_found_and_named(oversight: Oversight, openings: Openings, what: str):
    """A third share shows whose is bad: the case opens to the other two, and the audit names the seat."""
    oversight.tip(TEXT)
    ada, ben, cem = works(oversight, "Ada", "Ben", "Cem")
    oversight.replace_share(1)
    if what == "not sealed to it":
        with db.writing(oversight.engine) as connection:
            own = tables.stanza
            connection.execute(
                update(own).where(own.c.desk == oversight.seats[1]).values(sealed=b"\0" * 1172)
            )
    together.ask(ada, openings, 1, WHY)
    assert not together.give(ben, openings, 1)
    assert openings.standing(1).failed == (what != "not sealed to it")
    assert together.give(cem, openings, 1)
    assert texts(ada, openings) == texts(cem, openings) == [TEXT]
    with pytest.raises(AccessError):
        sealed.read(ben, openings, 1)
    assert [seat.bad for seat in sealed.look(ben, openings, 1).seats] == [False, True, False]
    assert actions.BAD_SHARE in actions_of(oversight)


def test_the_tipster_is_answered_and_the_copy_takes_two(oversight: Oversight, openings: Openings):
    """The reply is on the board for the receipt; its copy opens again only when two open the case again."""
    keys = oversight.tip(TEXT)
    ada, ben, cem = works(oversight, "Ada", "Ben", "Cem")
    reply_id = bytes(range(16))
    with pytest.raises(AccessError):
        sealed.answer(ada, openings, 1, "Thank you", reply_id)
    together.ask(ada, openings, 1, WHY)
    together.give(ben, openings, 1)
    assert sealed.answer(ada, openings, 1, "Thank you", reply_id)
    assert not sealed.answer(ben, openings, 1, "Thank you", reply_id)
    with oversight.engine.connect() as connection:
        slots = list(connection.scalars(select(tables.slot.c.bytes)))
    assert [one.text for one in slot.find(HYBRID, keys.reply, slots)] == ["Thank you"]
    together.close(ada, openings, 1)
    together.ask(ben, openings, 1, WHY)
    together.give(cem, openings, 1)
    assert texts(cem, openings) == [TEXT, "Thank you"]


def test_a_file_is_saved_by_those_who_opened_it(oversight: Oversight, openings: Openings):
    data = b"picture" * 1000
    oversight.tip(TEXT, files=(oversight.file(data),))
    ada, ben, cem = works(oversight, "Ada", "Ben", "Cem")
    together.ask(ada, openings, 1, WHY)
    together.give(ben, openings, 1)
    (said,) = sealed.read(ada, openings, 1).said
    assert b"".join(sealed.save(ada, openings, 1, Place(said.item.envelope, 0)).pieces) == data
    with pytest.raises(AccessError):
        sealed.save(cem, openings, 1, Place(said.item.envelope, 0))
    with pytest.raises(AccessError):
        sealed.save(ada, openings, 1, Place(said.item.envelope, 1))
    with db.writing(oversight.engine) as connection:
        connection.execute(tables.parcel.delete())
    with pytest.raises(MissingError):
        sealed.save(ada, openings, 1, Place(said.item.envelope, 0))


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_what_comes_later_joins_its_thread(oversight: Oversight, openings: Openings, order: tuple[int, ...]):
    """In whichever order they are opened, the tip and what followed become one case, the oldest number's."""
    keys = oversight.tip(TEXT)
    for counter in (1, 2):
        later = {"kind": "follow-up", "counter": counter}
        oversight.receive(oversight.seal(keys, f"Later {counter}", **later))
    oversight.tip("Another's")
    ada, ben = works(oversight, "Ada", "Ben")
    for number in order:
        openings.close(1)
        into = sealed.look(ada, openings, number).joined or number
        together.ask(ada, openings, into, WHY)
        together.give(ben, openings, into)
    assert sealed.look(ada, openings, 3).joined == sealed.look(ada, openings, 2).joined == 1
    assert texts(ada, openings, 1) == [TEXT, "Later 1", "Later 2"]
    assert all(one.verified for one in sealed.read(ben, openings, 1).said)
    assert {line.number: line.messages for line in sealed.lines(ada, openings)} == {1: 3, 4: 1}


def test_the_database_never_has_it(oversight: Oversight, openings: Openings):
    """K, what follows from it and what was said are in no file of the agency, while it is open or after."""
    oversight.tip(TEXT)
    ada, ben = works(oversight, "Ada", "Ben")
    together.ask(ada, openings, 1, WHY)
    together.give(ben, openings, 1)
    sealed.answer(ada, openings, 1, "A reply that quotes the safe", bytes(16))
    (key,) = openings.keys(1, ada).values()
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.bytes))
    secrets = [key, opening.text_key_of(envelope, key), *opening.open_reply(envelope, key)]
    secrets += [TEXT.encode(), b"quotes the safe", WHY.encode()]
    oversight.engine.dispose()
    files = [path for path in oversight.made.data.rglob("*") if path.is_file()]
    assert any(path.name.startswith("console.db") for path in files)
    for path in files:
        data = path.read_bytes()
        assert not [secret for secret in secrets if secret in data or secret.hex().encode() in data], path


@pytest.mark.parametrize("oversight", [(2, 3), (3, 5), (4, 4)], indirect=True)
def test_the_keys_of_any_k_open_it_and_of_fewer_do_not(oversight: Oversight):
    """By keys alone: the whole database, and every private key of k - 1 overseers, give nothing of a tip."""
    oversight.tip(TEXT)
    names = quorum.OVERSEERS[: len(oversight.seats)]
    people = works(oversight, *names)
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.bytes))
        rows = connection.execute(select(tables.stanza)).all()
    assert len(rows) == len(people)
    shares = [
        [
            opened
            for own in person.member.desks.values()
            for private in own.keys.values()
            for row in rows
            if (opened := rewrap.unwrap(private, row.envelope, row.desk, row.sealed))
        ]
        for person in people
    ]
    assert [len(found) for found in shares] == [1] * len(people)
    for chosen in combinations(shares, oversight.k - 1):
        known = [share for found in chosen for share in found]
        with pytest.raises(FormatError, match="shares"):
            combine(envelope, known)
        for share in known:
            with pytest.raises(FormatError, match="commitment"):
                opening.open_body(envelope, share.key)
    for chosen in combinations(shares, oversight.k):
        key = combine(envelope, [share for found in chosen for share in found]).key
        assert TEXT.encode() in opening.open_body(envelope, opening.text_key_of(envelope, key)).message

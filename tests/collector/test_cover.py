"""Covers through a real intake: what the other console can count, and what becomes of them here."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import insert

from tests.collector.conftest import Office
from tipline import clock, cover, db, tables, warning
from tipline.backup import note
from tipline.backup.snapshot import reach, snapshot
from tipline.board import board
from tipline.collector import cover as covering
from tipline.collector.collect import collect
from tipline.collector.cover import Covers
from tipline.collector.cover_plan import DAY_SECONDS, LAST_FROM
from tipline.collector.holding import Holding
from tipline.collector.post_board import post_board
from tipline.collector.post_keyring import post_keyring
from tipline.errors import RelayError, SettingsError
from tipline.seal import acknowledgement, header, layout, opening, rewrap
from tipline.seal.suite import HYBRID
from tipline.wire import paths

PER_DAY = 6


def with_covers(office: Office, **changes: object) -> Holding:
    settings = {"covers_per_day": PER_DAY, "covers_url": f"http://{office.intake.public}", **changes}
    return replace(office.holding, settings=office.holding.settings.model_copy(update=settings))


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last minutes of today, in which everything that is left is due."""
    monkeypatch.setattr(clock, "seconds", lambda: clock.day_number() * DAY_SECONDS + LAST_FROM)


def fill(office: Office) -> None:
    """Have the relay's rack filled by somebody: it looks at headers alone."""
    envelope, _ = office.tip()
    with httpx.Client(base_url=f"http://{office.intake.public}") as client:
        for number in range(office.intake.envelope_places):
            data = envelope[:-2] + number.to_bytes(2, "big")
            headers = {paths.WORK_HEADER: paths.NO_WORK, "Content-Type": "application/octet-stream"}
            url = f"{paths.PUT_ENVELOPE}{hashlib.sha256(data).hexdigest()}"
            assert client.put(url, content=data, headers=headers).status_code == 204


def count(office: Office, day: int | None = None) -> cover.Counted:
    with office.engine.connect() as connection:
        return cover.count(connection, clock.day_number() if day is None else day)


def told(office: Office, held: Holding, days: int = 1) -> list[str]:
    """The warnings about covers, so many days from now."""
    with office.engine.connect() as connection:
        found = warning.notices(held.settings, connection, clock.today() + timedelta(days=days))
    return [notice.title for notice in found if "the other console" in notice.title]


@pytest.mark.usefixtures("evening")
def test_the_other_console_counts_the_same_number_whatever_came(served: Office):
    """Two tips and four covers are six that it cannot open. Two are stored here, and all acknowledged."""
    held = with_covers(served)
    with served.relay() as relay:
        post_keyring(relay, served.engine, held)
        tips = {served.send_tip()[0] for _ in range(2)}
        collect(relay, served.engine, held)
        covers = Covers(served.engine, held)
        assert covers.look() == "sent 4"
        assert covers.look() == ""
        # Neither kept nor acknowledged by the other console yet, which so sees all of them.
        listed = relay.list().envelopes.keys()
        assert len(listed | tips) == PER_DAY
        sent = [relay.envelope(one) for one in listed - tips]
        done = collect(relay, served.engine, held)
        assert (done.envelopes, done.full) == (0, True)
        assert not relay.list().envelopes
    assert {row.id for row in served.rows(tables.envelope)} == tips
    assert count(served) == cover.Counted(clock.day_number(), 2, 4)
    assert all(row.taken and row.fetched for row in served.rows(tables.cover))
    for envelope in sent:
        assert opening.open_docket(envelope, served.sorting[served.made.epoch]) is None
        tip, own = header.parse(served.tip()[0]), header.parse(envelope)
        assert replace(own, salt=tip.salt, commit=tip.commit) == tip
        assert len(envelope) == layout.envelope_size(HYBRID)


@pytest.mark.usefixtures("evening")
def test_who_sends_as_many_tips_uses_the_covers_up(served: Office):
    """An attack that works: they know their own, and whatever else comes is a tip."""
    held = with_covers(served)
    with served.relay() as relay:
        post_keyring(relay, served.engine, held)
        own = {served.send_tip()[0] for _ in range(PER_DAY)}
        tip, _ = served.send_tip()
        seen = set(relay.list().envelopes)
        collect(relay, served.engine, held)
        assert Covers(served.engine, held).look() == ""
        assert (seen | relay.list().envelopes.keys()) - own == {tip}


@pytest.mark.usefixtures("evening")
def test_what_could_not_be_sent_stays_due(served: Office):
    """The relay is full, or nobody is there: nothing is counted, and the next look tries again."""
    held = with_covers(served)
    with served.relay() as relay:
        post_keyring(relay, served.engine, held)
    away = with_covers(served, covers_url="http://127.0.0.1:9")
    with pytest.raises(RelayError, match="ConnectError"):
        Covers(served.engine, away).look()
    assert count(served).all == 0
    fill(served)
    with pytest.raises(RelayError, match="503"):
        Covers(served.engine, held).look()
    assert count(served).all == 0


@pytest.mark.usefixtures("evening")
def test_a_cover_whose_answer_was_lost_is_no_tip_and_counts_when_it_comes_in(served: Office):
    """The collector was killed between noting and answer."""
    held = with_covers(served, covers_per_day=1)
    with served.relay() as relay:
        post_keyring(relay, served.engine, held)
        envelope = covering.make(served.keyring())
        cover.add(served.engine, rewrap.envelope_id(envelope), clock.day_number())
        served.send("e", envelope)
        assert count(served).covers == 0
        collect(relay, served.engine, held)
    assert count(served).covers == 1
    assert served.rows(tables.envelope) == []
    assert Covers(served.engine, held).look() == ""


def back_up(office: Office) -> None:
    """Note a backup of what is there now."""
    with snapshot(office.holding.database) as copy:
        kept = note.Kept(clock.day_number(), reach(copy), frozenset())
    with db.writing(office.engine) as connection:
        note.write_made(connection, kept)


def test_where_only_backed_up_tips_are_acknowledged_a_cover_waits_as_they_do(served: Office):
    """Till the next backup, or the other console could tell by what the relay still has which are covers."""
    held = with_covers(served, acknowledge="backed-up")

    def send_cover() -> bytes:
        envelope = covering.make(served.keyring())
        cover.add(served.engine, rewrap.envelope_id(envelope), clock.day_number())
        served.send("e", envelope)
        return rewrap.envelope_id(envelope)

    with served.relay() as relay:
        post_keyring(relay, served.engine, with_covers(served))

        def left() -> set[bytes]:
            collect(relay, served.engine, held)
            return set(relay.list().envelopes)

        first = send_cover()
        assert left() == {first}
        back_up(served)
        second = send_cover()
        assert left() == {second}
        third, _ = served.send_tip()
        assert left() == {second, third}
        back_up(served)
        fourth = send_cover()
        assert left() == {fourth}
        back_up(served)
        fifth, _ = served.send_tip()
        assert left() == {fifth}, "no tip is let go by the number of a cover"
    assert [row.id for row in served.rows(tables.envelope)] == [third, fifth]
    assert [row.seq for row in served.rows(tables.cover)].count(None) == 0


@pytest.mark.parametrize(
    ("tips", "covers", "says"), [(7, 0, "7 envelopes"), (1, 2, "3 envelopes"), (2, 4, "")]
)
def test_overseers_are_told_of_a_day_that_had_another_number(
    office: Office, tips: int, covers: int, says: str
):
    """More than is stated: it shows. Fewer: the covers were not sent."""
    day, held = clock.day_number(), with_covers(office)
    with db.writing(office.engine) as connection:
        for number in range(tips):
            row = {"id": bytes([number]) * 32, "bytes": b"", "day": day, "acknowledgement_day": day}
            connection.execute(insert(tables.envelope).values({**row, "alarm": False}))
    for number in range(covers + 1):
        cover.add(office.engine, bytes([number]) * 32, day)
        assert number == covers or cover.take(office.engine, bytes([number]) * 32)
    assert told(office, held, days=0) == []
    assert [says in title for title in told(office, held)] == ([True] if says else [])
    assert told(office, office.holding) == []


@pytest.mark.parametrize("tips", [0, 17, 40])
def test_the_board_does_not_tell_how_many_of_a_day_were_tips(office: Office, on_day, tips: int):
    """Its tokens of a day are as many as for the stated number, where that is more than sixteen."""
    held, today = with_covers(office, covers_per_day=40), clock.today()
    with db.writing(office.engine) as connection:
        for number in range(tips):
            row = {"token": number.to_bytes(16, "big"), "day": clock.day_number(today), "dummy": False}
            connection.execute(insert(tables.token).values(row))
    posted: list[bytes] = []
    on_day(today + timedelta(days=1))
    post_board(SimpleNamespace(put_board=posted.append), office.engine, held)
    section = board.verified_section(posted[0], held.root_public, held.revoked)
    assert len(section.tokens) == acknowledgement.DAYS * 64
    assert {number.to_bytes(16, "big") for number in range(tips)} <= set(section.tokens)


def test_covers_need_an_address(office: Office):
    """A setting alone sends nothing anywhere."""
    with pytest.raises(SettingsError, match="covers_url"):
        Covers(office.engine, with_covers(office, covers_url=None))

"""Trial-opening and filing: every case once, every doubt marked, the docket never trusted alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from tipline import db, tables
from tipline.cases import arrival, inbox
from tipline.cases.filing import NO_KEY
from tipline.collector import sort
from tipline.keys import roll
from tipline.seal import docket, layout, opening, stanza
from tipline.seal.suite import HYBRID


def row_of(agency_, envelope_id: bytes):
    with agency_.engine.connect() as connection:
        return connection.execute(select(tables.envelope).where(tables.envelope.c.id == envelope_id)).one()


def troubles(agency_) -> list[str]:
    with agency_.engine.connect() as connection:
        return [row.broken for row in arrival.troubles(connection)]


def test_it_makes_a_case_of_a_tip(agency_):
    """A tip for the desk is a numbered case with the facts of its message."""
    agency_.tip("Quelqu'un vend des pilules devant le lycée", lang="fr", category="drugs", danger="unsure")
    alice = agency_.work("Alice")
    (line,) = inbox.page(alice).lines
    assert (line.number, line.status, line.priority, line.unread) == (1, "new", 1, 1)
    assert (line.first.lang, line.first.category, line.first.danger) == ("fr", "drugs", "unsure")
    assert not line.alarm
    assert not line.first.unverified


@pytest.mark.parametrize(("danger", "priority"), [("yes", 0), ("unsure", 1), ("no", 3)])
def test_it_sets_the_priority_by_danger(agency_, danger: str, priority: int):
    """A threat to life comes first."""
    agency_.tip(danger=danger)
    assert inbox.page(agency_.work("Alice")).lines[0].priority == priority


def test_it_does_not_ask_the_docket_whose_tip_it_is(agency_):
    """A docket re-sealed by the relay, naming nobody, hides nothing: the case is there, with an alarm."""
    keys = agency_.receipt()
    other = docket.Docket(docket.NO_DESK, "no", keys.acknowledgement)
    agency_.receive(agency_.seal(keys, danger="yes", docket=other))
    (line,) = inbox.page(agency_.work("Alice")).lines
    assert line.alarm
    assert line.priority == 0


@pytest.mark.parametrize("change", ["danger", "desk", "acknowledgement", "none"])
def test_it_alarms_when_docket_and_message_differ(agency_, change: str):
    """Each of the three fields that the docket repeats, and a docket for nobody."""
    keys = agency_.receipt()
    fields = {"desk": agency_.desk(), "danger": "no", "acknowledgement": keys.acknowledgement}
    changed = {"danger": "unsure", "desk": bytes(15) + b"x", "acknowledgement": bytes(32)}
    if change in changed:
        fields[change] = changed[change]
    envelope = agency_.seal(keys, docket=docket.Docket(**fields))
    agency_.receive(envelope, sort.Sorted() if change == "none" else None)
    (line,) = inbox.page(agency_.work("Alice")).lines
    assert line.alarm


def test_it_leaves_no_alarm_without_cause(agency_):
    """An ordinary tip with an ordinary docket."""
    agency_.tip(danger="yes")
    assert not inbox.page(agency_.work("Alice")).lines[0].alarm


def test_it_marks_what_names_the_desk_and_does_not_open(agency_):
    """A docket for the desk on an envelope for nobody here is trouble that officers see, not silence."""
    keys = agency_.receipt()
    elsewhere = agency_.seal(keys)
    parts = layout.split(elsewhere)
    noise = bytes(len(b"".join(parts.stanzas)))
    envelope = parts.header_bytes + noise + elsewhere[84 + len(noise) :]
    agency_.receive(envelope, sort.Sorted(agency_.desk(), "yes"))
    alice = agency_.work("Alice")
    assert troubles(agency_) == [NO_KEY]
    assert inbox.page(alice).lines == ()


def test_a_false_docket_for_one_desk_does_not_hide_a_tip_from_another(agency_):
    """What another desk marked as not opening is still tried by every desk."""
    envelope_id = agency_.receive(agency_.seal(agency_.receipt()))
    with agency_.engine.begin() as connection:
        connection.execute(update(tables.envelope).values(broken=NO_KEY))
    agency_.work("Alice")
    assert row_of(agency_, envelope_id).case == 1
    assert troubles(agency_) == []


@pytest.mark.parametrize(
    ("data", "failure"), [(b"{}", "message"), (b"\xff\xfe", "message"), (b'{"v":1}' * 9, "message")]
)
def test_it_marks_a_message_it_cannot_read(agency_, data: bytes, failure: str):
    """Ours and broken: listed as trouble, its key kept, and the next tip is filed as ever."""
    agency_.receive(agency_.seal_bytes(agency_.receipt(), data))
    agency_.tip("the next one")
    alice = agency_.work("Alice")
    assert troubles(agency_) == [failure]
    assert len(inbox.page(alice).lines) == 1
    assert agency_.count("stanza") == 2


def test_it_marks_a_ciphertext_made_for_two_keys(agency_, monkeypatch):
    """A stanza that opens to another K than the header commits to is refused before the body is opened."""
    with monkeypatch.context() as planted:
        planted.setattr(stanza.Stanza, "pack", lambda self: bytes([self.kind, 0, 0, 0]) + bytes(32))
        envelope = agency_.seal(agency_.receipt())
    agency_.receive(envelope)
    agency_.work("Alice")
    assert troubles(agency_) == ["commitment"]


def test_a_changed_reply_part_does_not_stop_the_desk(agency_, monkeypatch):
    """A tip whose reply part is damaged is broken as a whole: it is trouble, and the next tip is filed."""
    envelope = bytearray(agency_.seal(agency_.receipt()))
    envelope[84 + 5 * 1172] ^= 1
    agency_.receive(bytes(envelope), sort.Sorted(agency_.desk(), "no"))
    agency_.tip("the next one")
    assert len(inbox.page(agency_.work("Alice")).lines) == 1
    assert troubles(agency_) == ["body"]


def test_a_reply_part_that_was_never_sealed_leaves_the_tip_readable(agency_, monkeypatch):
    """A sealer of ill will can make a whole tip with a reply part of noise: it is filed, unverified."""
    with monkeypatch.context() as planted:
        real = opening.schedule.reply_part_key
        planted.setattr(
            opening.schedule, "reply_part_key", lambda suite, _, salt: real(suite, bytes(32), salt)
        )
        envelope = agency_.seal(agency_.receipt(), "readable")
    agency_.receive(envelope)
    (line,) = inbox.page(agency_.work("Alice")).lines
    assert line.first.unverified


def test_a_second_session_reads_what_the_first_one_filed(agency_, monkeypatch):
    """Nobody opens with the epoch's key what was re-wrapped already."""
    agency_.tip()
    agency_.work("Alice")
    monkeypatch.setattr(opening, "open_stanza", lambda *_: pytest.fail("tried again"))
    assert len(inbox.page(agency_.work("Alan")).lines) == 1


def test_it_tries_nothing_twice(agency_):
    """Refreshing costs by what is new: no envelope is read a second time."""
    agency_.tip()
    alice = agency_.work("Alice")
    read = []
    listener = lambda *a: read.append(a[2])  # noqa: E731 -- kept to be removed
    event.listen(agency_.engine, "before_cursor_execute", listener)
    alice.refresh()
    event.remove(agency_.engine, "before_cursor_execute", listener)
    assert not [one for one in read if one.startswith(("INSERT", "UPDATE", "BEGIN IMMEDIATE"))]
    with agency_.engine.connect() as connection:
        (desk,) = alice.member.desks.values()
        assert arrival._untried(connection, alice.known, desk) == []
        own = alice.known._desks[desk.id]
        assert own._new_rows(connection, desk.id)[0] == {}
        assert own._unwritten == {}


def test_two_sessions_at_once_double_nothing(agency_):
    """Forty tips and their follow-ups, filed by two officers at the same moment: each once."""
    for number in range(40):
        keys = agency_.tip(f"tip {number}")
        agency_.receive(agency_.seal(keys, "more", kind="follow-up", counter=1))
    workers = [agency_.work("Alice"), agency_.work("Alan")]
    for _ in range(10):
        keys = agency_.tip("late")
        agency_.receive(agency_.seal(keys, "more", kind="follow-up", counter=1))
    start = threading.Barrier(2)

    def refresh(worker) -> None:
        start.wait()
        worker.refresh()

    threads = [threading.Thread(target=refresh, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.refresh()
        assert len({number for number in range(1, 100) if worker.known.items(number)}) == 50
        assert all(len(worker.known.items(number)) == 2 for number in range(1, 51))
    assert agency_.count("case") == 50
    assert agency_.count("stanza") == 100


def test_two_sessions_that_tried_the_same_file_it_once(agency_, monkeypatch):
    """Both tried an envelope before either filed it: the second finds it filed under the write lock."""
    keys = agency_.receipt()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    agency_.receive(agency_.seal(keys))
    agency_.receive(agency_.seal(keys, "and", kind="follow-up", counter=1))
    real, nested = arrival._try, []

    def slow(*given: object):
        if not nested:
            nested.append(alan)
            alan.refresh()
        return real(*given)

    monkeypatch.setattr(arrival, "_try", slow)
    alice.refresh()
    assert agency_.count("case") == 1
    assert agency_.count("stanza") == 2
    assert len(alice.known.items(1)) == len(alan.known.items(1)) == 2


def test_it_takes_in_what_was_filed_a_moment_ago(agency_, monkeypatch):
    """A tip is filed by Alan, and its follow-up arrives, after Alice looked and before she files."""
    keys = agency_.receipt()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    real, nested = arrival._untried, []

    def late(*given: object):
        if not nested:
            nested.append(alan)
            agency_.receive(agency_.seal(keys))
            alan.refresh()
            agency_.receive(agency_.seal(keys, "and", kind="follow-up", counter=1))
        return real(*given)

    monkeypatch.setattr(arrival, "_untried", late)
    alice.refresh()
    assert agency_.count("case") == 1
    assert [item.unverified for item in alice.known.items(1)] == [False, False]


def test_a_follow_up_joins_its_case(agency_):
    """By thread, verified by the follow-up key of the tip, whichever of the two is tried first."""
    keys = agency_.receipt()
    agency_.receive(agency_.seal(keys, "second", kind="follow-up", counter=1, danger="yes"))
    agency_.receive(agency_.seal(keys, "first"))
    alice = agency_.work("Alice")
    (line,) = inbox.page(alice).lines
    assert [item.counter for item in line.items] == [0, 1]
    assert not any(item.unverified for item in line.items)
    assert line.priority == 0


def test_a_follow_up_never_lowers_a_priority(agency_):
    """The first message was about a life."""
    keys = agency_.tip(danger="yes")
    alice = agency_.work("Alice")
    agency_.receive(agency_.seal(keys, "calm now", kind="follow-up", counter=1))
    alice.refresh()
    assert inbox.page(alice).lines[0].priority == 0


def test_a_forged_follow_up_is_unverified(agency_):
    """Who knows the thread and not the follow-up key can write, and is not taken for the tipster."""
    keys, forger = agency_.tip(), agency_.receipt()
    alice = agency_.work("Alice")
    agency_.receive(agency_.seal(forger, "trust me", kind="follow-up", counter=1, thread=keys.thread))
    alice.refresh()
    assert [item.unverified for item in alice.known.items(1)] == [False, True]


def test_a_follow_up_without_its_tip_is_a_case_of_its_own(agency_):
    """Its tip went to another desk or was lost: nothing proves it, and nothing hides it."""
    agency_.receive(agency_.seal(agency_.receipt(), "as I said", kind="follow-up", counter=1))
    (line,) = inbox.page(agency_.work("Alice")).lines
    assert line.first.unverified


def test_a_follow_up_to_an_answered_case_comes_back(agency_):
    """Answered, and the tipster wrote again."""
    keys = agency_.tip()
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        connection.execute(update(tables.case).values(status="answered"))
    agency_.receive(agency_.seal(keys, "more", kind="follow-up", counter=1))
    alice.refresh()
    assert inbox.page(alice).lines[0].status == "again"


@pytest.fixture
def two_weeks(agency_):
    """The agency in its second week: its desk has keys of two epochs."""
    with db.writing(agency_.engine) as connection:
        roll.make(connection, agency_.keys, agency_.made.epoch + 1, agency_.recovery)
    return agency_


@contextmanager
def without(agency_, officer: str, number: int):
    """Have an officer not given the triage desk's key of an epoch yet."""
    own = tables.member_key
    which = (own.c.officer == agency_.made.officers[officer]) & (own.c.epoch == number)
    with agency_.engine.begin() as connection:
        kept = connection.execute(select(own).where(which)).one()
        connection.execute(own.delete().where(which))
    yield
    with agency_.engine.begin() as connection:
        connection.execute(own.insert().values(kept._mapping))


def tried(agency_) -> int | None:
    with agency_.engine.connect() as connection:
        return connection.scalar(select(tables.tried.c.seq))


def test_it_opens_what_bears_a_later_week_than_it_was_sealed_to(two_weeks):
    """An envelope bears the greatest epoch of all consoles, whatever the desk's own is."""
    first = two_weeks.made.epoch
    for named in (first, first + 1, first + 9):
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), bears=named, to=first))
    two_weeks.receive(two_weeks.seal(two_weeks.receipt(), bears=first + 9, to=first + 1))
    alice = two_weeks.work("Alice")
    assert len(inbox.page(alice).lines) == 4
    assert not any(line.alarm for line in inbox.page(alice).lines)


def test_what_a_key_may_open_that_an_officer_lacks_waits_for_it(two_weeks):
    """What came after is filed nevertheless, nobody is alarmed, and nothing counts as tried that was not."""
    first = two_weeks.made.epoch
    with without(two_weeks, "Alice", first):
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), "early", bears=first + 1, to=first))
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), "late", bears=first + 1, to=first + 1))
        alice = two_weeks.work("Alice")
        alice.refresh()
        assert len(inbox.page(alice).lines) == 1
        assert (troubles(two_weeks), tried(two_weeks)) == ([], None)
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), "later", bears=first + 1, to=first + 1))
        alice.refresh()
        assert (len(inbox.page(alice).lines), tried(two_weeks)) == (2, None)
    alice.refresh()
    assert (len(inbox.page(alice).lines), tried(two_weeks)) == (3, 3)


def test_a_session_tries_what_waits_once_with_the_keys_it_has(two_weeks, monkeypatch):
    """However often an inbox is looked at."""
    first = two_weeks.made.epoch
    with without(two_weeks, "Alice", first):
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), bears=first, to=first))
        alice = two_weeks.work("Alice")
        with monkeypatch.context() as patched:
            patched.setattr(arrival, "_try", lambda *_: pytest.fail("tried again"))
            alice.refresh()
    alice.refresh()
    assert len(inbox.page(alice).lines) == 1


def test_what_waits_for_one_officer_another_one_files(two_weeks):
    """And from then on it is tried, for the desk and for both."""
    first = two_weeks.made.epoch
    with without(two_weeks, "Alice", first):
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), bears=first + 1, to=first))
        alice = two_weeks.work("Alice")
        two_weeks.work("Alan")
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), to=first + 1))
        alice.refresh()
        assert (len(inbox.page(alice).lines), tried(two_weeks)) == (2, 2)


def test_a_key_of_a_week_to_come_holds_nothing_up(two_weeks):
    """Nobody seals to a week later than the one that the envelope bears."""
    first = two_weeks.made.epoch
    with without(two_weeks, "Alice", first + 1):
        two_weeks.receive(two_weeks.seal(two_weeks.receipt(), to=first, desk_key=HYBRID.generate().public))
        two_weeks.work("Alice")
        assert (troubles(two_weeks), tried(two_weeks)) == ([NO_KEY], 1)


def test_a_follow_up_that_came_in_before_its_tip_is_put_right(two_weeks):
    """The tip waited for a key: once filed, it joins the case of what followed it, and speaks for it."""
    first, keys = two_weeks.made.epoch, two_weeks.receipt()
    with without(two_weeks, "Alice", first):
        two_weeks.receive(two_weeks.seal(keys, "first", bears=first + 1, to=first))
        two_weeks.receive(two_weeks.seal(keys, "second", kind="follow-up", counter=1, to=first + 1))
        alice = two_weeks.work("Alice")
        assert [item.unverified for item in alice.known.items(1)] == [True]
    alice.refresh()
    assert [(item.counter, item.unverified) for item in alice.known.items(1)] == [(0, False), (1, True)]

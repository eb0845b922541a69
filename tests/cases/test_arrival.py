"""Trial-opening and filing: every case once, every doubt marked, the docket never trusted alone."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event, select, update

from tipline import tables
from tipline.cases import arrival, inbox, index
from tipline.cases.filing import NO_KEY
from tipline.collector import sort
from tipline.keys import rows
from tipline.keys.desk import DeskKey
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
    agency_.tip("Somebody sells pills", lang="fr", category="drugs", danger="unsure")
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
        assert arrival._untried(connection, desk) == []
        assert list(index._newer(connection, desk.id, alice.known._read[desk.id])) == []


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

    def slow(desk, row):
        if not nested:
            nested.append(alan)
            alan.refresh()
        return real(desk, row)

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

    def late(connection, desk):
        if not nested:
            nested.append(alan)
            agency_.receive(agency_.seal(keys))
            alan.refresh()
            agency_.receive(agency_.seal(keys, "and", kind="follow-up", counter=1))
        return real(connection, desk)

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


def test_it_waits_for_a_key_it_was_not_given_yet(agency_):
    """An epoch whose key exists and has not been sealed to this officer holds the line, and loses nothing."""
    agency_.tip()
    with agency_.engine.begin() as connection:
        own = tables.member_key.c
        kept = connection.execute(
            select(tables.member_key).where(own.officer == agency_.made.officers["Alice"], own.epoch != 0)
        ).one()
        connection.execute(
            tables.member_key.delete().where(own.officer == kept.officer, own.epoch == kept.epoch)
        )
        other = DeskKey(kept.desk, 9, HYBRID.generate(), bytes(32))
        rows.add_desk_key(connection, other, HYBRID.generate().public)
    alice = agency_.work("Alice")
    assert inbox.page(alice).lines == ()
    with agency_.engine.begin() as connection:
        connection.execute(tables.member_key.insert().values(kept._mapping))
    alice.refresh()
    assert len(inbox.page(alice).lines) == 1

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import update

from tipline import clock, db, tables
from tipline.audit import day_head
from tipline.board import board
from tipline.collector.collect import collect
from tipline.collector.post_board import SPARE_DAYS, post_board
from tipline.collector.post_keyring import post_keyring
from tipline.errors import RelayError
from tipline.seal import receipt, slot
from tipline.seal.suite import HYBRID


class Watched:
    """A relay that keeps what is posted, and may refuse it. Before it refuses it may have taken it."""

    def __init__(self, office) -> None:
        self.office, self.refuses = office, False
        self.sections: list[board.BoardSection] = []

    def put_board(self, body: bytes) -> None:
        self.sections.append(
            board.verified_section(body, self.office.holding.root_public, self.office.holding.revoked)
        )
        if self.refuses:
            raise RelayError("nobody there")


@pytest.fixture
def relay(office) -> Watched:
    return Watched(office)


@pytest.fixture
def post(office, relay):
    """Post to the watched relay; return whether it was posted."""
    return lambda **how: post_board(relay, office.engine, office.holding, **how)


def test_it_brings_an_answer_to_its_receipt(served):
    """An answer in the database is on the board, where its receipt finds it, and marked as posted."""
    keys = receipt.keys(HYBRID, receipt.generate(), served.holding.agency)
    answer = slot.Reply(bytes(16), served.made.desks["Triage"], clock.day_number(), "Thank you. " * 200)
    with db.writing(served.engine) as connection:
        for item in slot.seal(HYBRID, keys.reply, 0, answer):
            row = {"bytes": item, "kind": "reply", "day": clock.day_number(), "posted": False}
            connection.execute(tables.slot.insert().values(row))
    with served.relay() as relay:
        post_keyring(relay, served.engine, served.holding)
        assert post_board(relay, served.engine, served.holding)
        assert not post_board(relay, served.engine, served.holding)
    section = served.board()
    assert slot.find(HYBRID, keys.reply, section.slots) == [answer]
    assert (len(section.slots), section.head.day) == (16, clock.today())
    assert {row.posted for row in served.rows(tables.slot)} == {True}


def test_it_says_collected(served):
    """The token of a stored tip is on the board, among dummies."""
    with served.relay() as relay:
        post_keyring(relay, served.engine, served.holding)
        _, keys = served.send_tip()
        collect(relay, served.engine, served.holding)
        post_board(relay, served.engine, served.holding)
    tokens = served.board().tokens
    assert served.token(keys) in tokens
    assert len(tokens) == 14 * 16


def test_it_publishes_a_days_tokens_on_the_next_day(office, relay, post, on_day):
    """With the usual delay nobody sees, during a day, that a tip was just collected."""
    token, today = bytes(range(16)), clock.today()
    object.__setattr__(
        office.holding, "settings", office.holding.settings.model_copy(update={"collected_delay_days": 1})
    )
    with db.writing(office.engine) as connection:
        connection.execute(
            tables.token.insert().values(token=token, day=clock.day_number(today), dummy=False)
        )
    shown = {}
    for days in (0, 1, 14, 15):
        on_day(today + timedelta(days=days))
        post()
        shown[days] = token in relay.sections[-1].tokens
    assert shown == {0: False, 1: True, 14: True, 15: False}
    on_day(today + timedelta(days=15 + SPARE_DAYS))
    post()
    assert token not in {row.token for row in office.rows(tables.token)}


def test_it_posts_when_something_changed_or_a_day_did(office, relay, post, on_day):
    """Not otherwise, unless it is asked to."""
    today = clock.today()
    assert [post(), post(), post(again=True), post()] == [True, False, True, False]
    office.reply()
    assert [post(), post()] == [True, False]
    on_day(today + timedelta(days=1))
    assert [post(), post()] == [True, False]


def test_it_chains_its_heads(office, relay, post):
    """Each head names the one before it by its hash, from zeros on."""
    for _ in range(4):
        office.reply()
        post()
    heads = [section.head for section in relay.sections]
    assert [head.serial - heads[0].serial for head in heads] == [0, 1, 2, 3]
    assert [head.previous for head in heads] == [
        bytes(32), *(hashlib.sha256(head.encode()).digest() for head in heads[:-1]),
    ]  # fmt: skip


def test_it_publishes_one_head_of_the_audit_a_day(office, relay, post, on_day):
    """New every day though nothing happened, the same on all boards of a day, opened by what is stored."""
    today = clock.today()
    for days in (0, 0, 1):
        on_day(today + timedelta(days=days))
        office.reply()
        post()
    shown = [section.head for section in relay.sections]
    assert shown[0].audit == shown[1].audit != shown[2].audit
    stored = {row.day: row.opening for row in office.rows(tables.audit_head)}
    for head in shown:
        opening = stored[clock.day_number(head.day)]
        assert day_head.digest(opening) == head.audit
        made = day_head.read(opening)
        assert (made.console, made.day) == (head.console, head.day)
    assert day_head.read(stored[clock.day_number(today)]).serial == shown[0].serial


def test_a_head_that_did_not_arrive_is_that_of_the_next_try(office, relay, post):
    """What may have been published is written down before, and not made again."""
    relay.refuses = True
    with pytest.raises(RelayError):
        post()
    relay.refuses = False
    post()
    assert len({section.head.audit for section in relay.sections}) == 1


def test_it_never_gives_a_serial_to_two_boards(office, relay, post):
    """After a failure that may have been a success comes the next serial, and the chain goes on."""
    post()
    relay.refuses = True
    for _ in range(3):
        office.reply()
        with pytest.raises(RelayError):
            post()
    relay.refuses = False
    post()
    heads = [section.head for section in relay.sections]
    assert [head.serial - heads[0].serial for head in heads] == [0, 1, 2, 3, 4]
    assert all(
        head.previous == hashlib.sha256(before.encode()).digest()
        for before, head in itertools.pairwise(heads)
    )


def test_it_loses_no_answer_that_did_not_arrive(office, relay, post, on_day):
    """An answer stays unposted until a board with it was taken, and has all of its days from then on."""
    relay.refuses, today = True, clock.today()
    (answer,) = office.reply()
    with pytest.raises(RelayError):
        post()
    assert {row.posted for row in office.rows(tables.slot)} == {False}
    relay.refuses = False
    on_day(today + timedelta(days=20))
    assert post()
    shown = []
    for days in (49, 50):
        on_day(today + timedelta(days=days))
        post()
        shown.append(answer in relay.sections[-1].slots)
    assert shown == [True, False]
    on_day(today + timedelta(days=50 + SPARE_DAYS))
    post()
    assert answer not in {row.bytes for row in office.rows(tables.slot)}


def test_it_forgets_nothing_when_the_clock_jumps_ahead(office, relay, post, on_day):
    """A month ahead and put right again: answers and signs of arrival are back, with their own days."""
    token, today = bytes(range(16)), clock.today()
    with db.writing(office.engine) as connection:
        row = {"token": token, "day": clock.day_number(today), "dummy": False}
        connection.execute(tables.token.insert().values(row))
    answers = set(office.reply(2))
    shown = []
    for days in (0, 31, 0, 29, 30):
        on_day(today + timedelta(days=days))
        post()
        section = relay.sections[-1]
        shown.append((answers <= set(section.slots), token in section.tokens))
    assert shown == [(True, True), (False, False), (True, True), (True, False), (False, False)]


def test_it_is_not_refused_after_a_backup_was_restored(office, relay, post, on_day):
    """A day later its serials are above all that it gave out and does not remember."""
    today = clock.today()
    post()
    before = office.rows(tables.state)
    for _ in range(20):
        office.reply()
        post()
    with db.writing(office.engine) as connection:
        connection.execute(tables.state.delete())
        connection.execute(tables.state.insert(), [row._asdict() for row in before])
    on_day(today + timedelta(days=1))
    post()
    assert relay.sections[-1].head.serial > relay.sections[-2].head.serial


def test_it_shows_an_answer_written_while_it_posted(office, relay, post, monkeypatch: pytest.MonkeyPatch):
    """What the console writes between choosing and marking is not taken for posted."""
    put = relay.put_board
    late = []

    def put_slowly(body: bytes) -> None:
        late.extend(office.reply())
        put(body)

    monkeypatch.setattr(relay, "put_board", put_slowly)
    post()
    monkeypatch.undo()
    assert post()
    assert late[0] in relay.sections[-1].slots


def test_it_shuffles_every_board(office, relay, post):
    """The same slots and tokens never stand in one order twice."""
    office.reply(3)
    post()
    post(again=True)
    one, two = relay.sections
    assert set(one.slots) == set(two.slots)
    assert one.slots != two.slots


def test_it_uses_the_same_dummies_while_a_day_lasts(office, relay, post):
    """A dummy that came and went would be known by that."""
    post()
    with db.writing(office.engine) as connection:
        connection.execute(tables.token.insert().values(token=bytes(16), day=clock.day_number(), dummy=False))
        connection.execute(update(tables.slot).values(posted=True))
    post()
    one, two = (section.tokens for section in relay.sections)
    assert len(one - two) == 1
    assert two - one == {bytes(16)}

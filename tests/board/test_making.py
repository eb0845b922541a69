from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.board import making
from tipline.board.board import SLOTS_MAX
from tipline.board.making import BATCH, FILLER, REPLY, Slot, Tokens
from tipline.seal import slot

DAYS = 30
MANY = settings(max_examples=50, deadline=None)


def reply(day: int = 0, *, posted: bool = False) -> Slot:
    return Slot(slot.dummy(), REPLY, day, posted)


def is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


class Life:
    """An agency's board through its days: what the collector does with *choose_slots*, without a database."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.due: dict[bytes, int] = {}

    def post(self, day: int, replies: int, *, arrives: bool = True) -> tuple[Slot, ...]:
        fresh = [reply(day) for _ in range(replies)]
        chosen = making.choose_slots(self.slots + fresh, day, DAYS)
        waiting = {item.bytes for item in self.slots + fresh if item.kind == REPLY and not item.posted}
        shown = {item.bytes for item in chosen}
        left = [item for item in self.slots + fresh if item.bytes in waiting - shown]
        self.slots = [replace(item, posted=item.posted or arrives) for item in chosen] + left
        self.due |= {
            item.bytes: day + DAYS for item in self.slots if item.bytes in waiting & shown and item.posted
        }
        return chosen


postings = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 21), st.booleans()), min_size=1, max_size=12)


@MANY
@given(postings)
def test_it_is_always_a_power_of_two(steps: list[tuple[int, int, bool]]):
    """Sixteen at least, whatever was posted, expired or lost on the way."""
    life, day = Life(), 20_000
    for days, replies, arrives in steps:
        day += days
        chosen = life.post(day, replies, arrives=arrives)
        assert len(chosen) >= making.SLOTS_MIN
        assert is_power_of_two(len(chosen))
        assert len({item.bytes for item in chosen}) == len(chosen)


@MANY
@given(postings)
def test_it_never_drops_a_reply_before_its_time(steps: list[tuple[int, int, bool]]):
    """A reply stays for all of its days, and no longer; one that was never posted is not lost."""
    life, day, asked = Life(), 20_000, 0
    for days, replies, arrives in steps:
        day += days
        asked += replies
        shown = {item.bytes for item in life.post(day, replies, arrives=arrives)}
        for name, until in life.due.items():
            assert (name in shown) == (day < until)
        waiting = [item for item in life.slots if item.kind == REPLY and not item.posted]
        assert len(life.due) + len(waiting) == asked


@MANY
@given(postings)
def test_it_shows_an_observer_groups_of_four_and_no_replies(steps: list[tuple[int, int, bool]]):
    """Of two boards in a row, what is new and will stay is a multiple of four, and so is what leaves."""
    life, day = Life(), 20_000
    before: dict[bytes, Slot] = {}
    for days, replies, arrives in steps:
        day += days
        chosen = {item.bytes: item for item in life.post(day, replies, arrives=arrives)}
        new = Counter(chosen[name].kind == FILLER for name in chosen.keys() - before.keys())
        gone = Counter(before[name].kind == FILLER for name in before.keys() - chosen.keys())
        assert new[False] % making.BATCH_SIZE == 0
        assert gone[False] % making.BATCH_SIZE == 0
        assert {item.day for item in chosen.values() if item.bytes not in before} <= {day}
        before = chosen


@MANY
@given(st.integers(0, 40), st.integers(1, 12))
def test_it_shows_as_much_for_one_reply_as_for_four(kept: int, replies: int):
    """How many slots a posting adds depends on the number of groups alone."""
    sizes = []
    for count in (replies, -(-replies // 4) * 4):
        life = Life()
        life.post(20_000, kept)
        before = {item.bytes for item in life.slots}
        chosen = life.post(20_001, count)
        sizes.append((len(chosen), len({item.bytes for item in chosen} - before)))
    assert sizes[0] == sizes[1]


def test_it_lets_replies_and_their_dummies_leave_together():
    """A dummy that stayed longer, or less long, than the reply beside it would tell which was which."""
    life = Life()
    life.slots = [reply(19_990)]
    life.post(20_000, 1)
    assert Counter(item.kind for item in life.slots) == {REPLY: 2, BATCH: 2, FILLER: 12}
    life.post(20_029, 0)
    assert Counter(item.kind for item in life.slots) == {REPLY: 2, BATCH: 2, FILLER: 12}
    life.post(20_030, 0)
    assert Counter(item.kind for item in life.slots) == {FILLER: 16}


def test_it_changes_nothing_when_nothing_happened():
    """A second board of the same day has the same slots, in another order."""
    life = Life()
    first = life.post(20_000, 5)
    second = life.post(20_000, 0)
    assert {item.bytes for item in first} == {item.bytes for item in second}
    assert [item.bytes for item in first] != [item.bytes for item in second]


def test_it_drops_fillers_to_make_room():
    """A new reply takes a filler's place while there is one."""
    life = Life()
    life.post(20_000, 4)
    first = {item.bytes: item for item in life.slots}
    second = {item.bytes: item for item in life.post(20_001, 3)}
    assert len(second) == 16
    assert {item.kind for name, item in first.items() if name not in second} == {FILLER}


def test_it_keeps_replies_that_find_no_room_for_a_later_board():
    """A full board takes no more, and loses none."""
    full = [reply(20_000, posted=True) for _ in range(SLOTS_MAX - 2)]
    waiting = [reply(20_001) for _ in range(3)]
    chosen = making.choose_slots(full + waiting, 20_001, DAYS)
    assert len(chosen) == SLOTS_MAX
    assert not {item.bytes for item in waiting} & {item.bytes for item in chosen}
    later = making.choose_slots(full + waiting, 20_030, DAYS)
    assert {item.bytes for item in waiting} <= {item.bytes for item in later}


def test_it_orders_them_anew_every_time():
    """The order says nothing: replies stand anywhere."""
    places = set()
    for _ in range(60):
        life = Life()
        chosen = life.post(20_000, 1)
        places.add(next(at for at, item in enumerate(chosen) if item.kind == REPLY))
    assert len(places) > 8


tokens = st.integers(0, 70).map(lambda count: frozenset(secrets.token_bytes(16) for _ in range(count)))


@MANY
@given(tokens, tokens)
def test_it_fills_a_days_tokens_to_a_power_of_two(real: frozenset[bytes], more: frozenset[bytes]):
    """Every real one is there, sixteen at least; filled again, old dummies stay where they fit."""
    first = making.fill_tokens(Tokens(real, frozenset()))
    assert first.real == real
    assert is_power_of_two(len(first.all))
    assert len(first.all) >= making.TOKENS_MIN
    assert making.fill_tokens(first) == first
    second = making.fill_tokens(Tokens(real | more, first.dummies))
    assert is_power_of_two(len(second.all))
    assert second.dummies <= first.dummies or first.dummies <= second.dummies


def test_it_publishes_fourteen_days_that_are_old_enough():
    """With a delay of one, today's tokens wait until tomorrow; a day without tips has dummies like any."""
    real = secrets.token_bytes(16)
    days = {20_000: Tokens(frozenset([real]), frozenset())}
    shown = {day: real in making.choose_tokens(days, day, 1)[1] for day in range(19_999, 20_017)}
    assert [day for day, there in shown.items() if there] == list(range(20_001, 20_015))
    filled, published = making.choose_tokens(days, 20_001, 1)
    assert len(filled) == 14
    assert len(published) == 14 * 16
    assert real in making.choose_tokens(days, 20_000, 0)[1]

"""Slots of the board: found by the right receipt among strangers' slots, whole or not at all."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.errors import FormatError
from tipline.seal import slot
from tipline.seal.suite import HYBRID

KEY, OTHER = bytes(32), b"o" * 32
DESK = b"d" * 16


def reply(text: str, number: int = 1) -> slot.Reply:
    return slot.Reply(number.to_bytes(16, "big"), DESK, 20_000, text)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=3000), st.integers(0, 200))
def test_it_is_found_whole_in_any_order(text: str, first: int):
    """However many parts, however shuffled, among dummies and others' replies."""
    try:
        slots = slot.seal(HYBRID, KEY, first, reply(text))
    except UnicodeEncodeError:
        return
    board = [*slots, *slot.seal(HYBRID, OTHER, 0, reply("theirs")), slot.dummy(), slot.dummy()]
    secrets.SystemRandom().shuffle(board)
    assert {len(one) for one in board} == {slot.SIZE}
    assert slot.find(HYBRID, KEY, board) == [reply(text)]


def test_it_is_nothing_without_the_key():
    """A wrong receipt finds nothing."""
    assert slot.find(HYBRID, OTHER, slot.seal(HYBRID, KEY, 0, reply("ours"))) == []


def test_replies_come_in_the_order_they_were_written():
    """Labels count up, so the order on the board does not matter."""
    board = slot.seal(HYBRID, KEY, 7, reply("second", 2)) + slot.seal(HYBRID, KEY, 3, reply("first", 1))
    assert [found.text for found in slot.find(HYBRID, KEY, board)] == ["first", "second"]


def test_it_leaves_out_a_reply_with_a_part_missing():
    """Half an answer is worse than none."""
    slots = slot.seal(HYBRID, KEY, 0, reply("x" * 2000))
    assert slot.find(HYBRID, KEY, slots[:-1]) == []


def test_a_forged_slot_hides_nothing():
    """Somebody who saw a label on the board cannot use it to make the page fail."""
    slots = slot.seal(HYBRID, KEY, 0, reply("words"))
    forged = slots[0][:16] + secrets.token_bytes(slot.SIZE - 16)
    assert slot.find(HYBRID, KEY, [forged, *slots]) == [reply("words")]


def test_one_index_used_twice_after_a_restore_reveals_nothing():
    """The random r gives each slot its own key: the two ciphertexts do not cancel out."""
    one, two = (
        slot.seal(HYBRID, KEY, 0, reply("a" * 900, 1))[0],
        slot.seal(HYBRID, KEY, 0, reply("b" * 900, 2))[0],
    )
    difference = bytes(x ^ y for x, y in zip(one[40:-16], two[40:-16], strict=True))
    assert difference[40:940] != bytes([ord("a") ^ ord("b")]) * 900
    assert {found.text[0] for found in slot.find(HYBRID, KEY, [one, two])} == {"a", "b"}


def test_it_refuses_what_does_not_fit():
    """Too long a reply, or a receipt that has been answered 256 times."""
    with pytest.raises(FormatError, match="too long"):
        slot.seal(HYBRID, KEY, 0, reply("x" * (slot.TEXT_MAX * slot.PARTS_MAX + 1)))
    with pytest.raises(FormatError, match="slots"):
        slot.seal(HYBRID, KEY, slot.LABELS - 1, reply("x" * 2000))

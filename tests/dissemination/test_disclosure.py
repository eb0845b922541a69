from __future__ import annotations

import pytest

from tipline.dissemination import disclosure
from tipline.dissemination.items import ANSWER, FILE, MESSAGE, Item
from tipline.errors import FormatError
from tipline.papers.paper_box import NOTE, REPORT

ITEMS = [
    Item("message-1", MESSAGE, "Tip", "1 Nov 2026", "", "my cousin keeps it"),
    Item("file-1", FILE, "File that came with it", "1 Nov 2026", "", "cousin.jpg"),
    Item("answer-1", ANSWER, "Reply", "2 Nov 2026", "Maria", "thank you"),
    Item("report-1", REPORT, "Report, version 1, approved", "3 Nov 2026", "Maria", "A house is used."),
    Item("note-1", NOTE, "Note", "3 Nov 2026", "Maria", "is it the cousin?"),
]


def suggested() -> dict[str, str]:
    return {one.code: disclosure.suggested(one, is_approved=one.code == "report-1") for one in ITEMS}


def test_at_first_only_the_approved_report_is_shown():
    made = disclosure.pack(ITEMS, suggested())
    assert [one.code for one in made.shown] == ["report-1"]
    assert {item.code for item, _ in made.withheld} == {one.code for one in ITEMS} - {"report-1"}
    assert not disclosure.shows_tipster(made)


def test_a_report_that_nobody_approved_is_withheld():
    assert disclosure.suggested(ITEMS[3], is_approved=False) == "work"


@pytest.mark.parametrize("code", ["message-1", "file-1", "answer-1"])
def test_what_a_tipster_sent_is_noticed(code: str):
    assert disclosure.shows_tipster(disclosure.pack(ITEMS, suggested() | {code: "shown"}))


def test_an_item_that_came_meanwhile_is_neither_shown_nor_left_out():
    """Nothing was chosen for it: whoever asks looks again."""
    chosen = suggested()
    del chosen["note-1"]
    with pytest.raises(FormatError):
        disclosure.pack(ITEMS, chosen)
    with pytest.raises(FormatError):
        disclosure.pack(ITEMS, suggested() | {"note-1": "nothing"})

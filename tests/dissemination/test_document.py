from __future__ import annotations

import csv
import subprocess
from dataclasses import replace

import pytest

from tests.dissemination.test_disclosure import ITEMS, suggested
from tipline.console import text
from tipline.dissemination import disclosure, document
from tipline.dissemination.document import Front
from tipline.dissemination.items import MESSAGE, Item
from tipline.errors import SettingsError

FRONT = Front(
    "Harbour Police", "T-0042", "Whole case", "Customs", "For a prosecutor", "Maria", "24 Nov, 10:00 UTC",
    (("Grading", "2D: untested; not known"), ("TLP", "TLP:AMBER+STRICT")),
)  # fmt: skip
HOSTILE = (
    '#import "x"; #read("/etc/passwd") *bold* $x^2$ <label> @ref \\ `code`\n'
    "=cmd|' /C calc'!A0\nsafe\u202etxt.exe\n" + "x" * 4000
)  # fmt: skip


def words_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_every_page_says_what_it_is_and_for_whom():
    made = document.pdf(FRONT, [*ITEMS, Item("message-2", MESSAGE, "Tip", "1 Nov", "", "line\n" * 150)], str)
    pages = words_of(made).split("\f")[:-1]
    assert len(pages) > 2
    for page in pages:
        assert document.UNCORROBORATED in page
        assert "TLP:AMBER+STRICT" in page
        assert "for Customs · by Maria" in page


def test_a_pack_lists_what_it_withholds_and_shows_not_a_word_of_it():
    words = words_of(document.pdf(FRONT, ITEMS, str, disclosure.pack(ITEMS, suggested())))
    assert "A house is used." in words
    assert "cousin" not in words
    for code in ("message-1", "file-1", "answer-1", "note-1"):
        assert code in words


def test_strangers_words_are_words_in_a_pdf():
    """They are no markup, read no file, turn no direction, and do not run over the margin."""
    words = words_of(document.pdf(FRONT, [replace(ITEMS[0], text=HOSTILE)], text.plain))
    assert '#read("/etc/passwd")' in words.replace("“", '"').replace("”", '"')
    assert "root:" not in words
    assert "[U+202E]" in words


def test_every_script_of_a_tip_is_printed_or_refused():
    many = "مرحبا 你好 привет नमस्ते"
    made = words_of(document.pdf(FRONT, [replace(ITEMS[0], text=many)], str))
    assert "привет" in made
    assert "你好" in made
    with pytest.raises(SettingsError):
        document.pdf(FRONT, [replace(ITEMS[0], text="\U0001f9ff\U000f0000")], str)


def test_no_cell_of_a_csv_acts_as_a_formula():
    made = document.csv(FRONT, [replace(ITEMS[0], text="=1+1"), replace(ITEMS[0], text=" @x")], text.plain)
    rows = list(csv.reader(made.decode("utf-8-sig").splitlines()))
    assert rows[0][1] == document.UNCORROBORATED
    assert [row[-1] for row in rows[-2:]] == ["'=1+1", "' @x"]

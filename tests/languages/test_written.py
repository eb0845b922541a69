"""In what language a text is written, and who reads it."""

from __future__ import annotations

import pytest

from tests.conftest import Agency
from tipline.demo import tips
from tipline.errors import FormatError
from tipline.languages import names, readers, written


def test_the_demo_s_tips_are_in_the_languages_that_they_say():
    """Seven languages, of four scripts."""
    found = {item["lang"]: written.guess(item["text"]) for item in tips.sample()}
    assert found == {code: code for code in ("en", "es", "ru", "fr", "ar", "zh", "pt")}


@pytest.mark.parametrize(
    "words", ["", "ok", "Hola", "pier 7 at 9", "+34 600 123 456", "????", "\u7801\u5934"]
)
def test_a_word_or_a_number_is_in_no_language(words: str):
    """So nothing is said of it."""
    assert written.guess(words) == ""


@pytest.mark.parametrize(
    ("said", "by", "read", "wanted"),
    [
        ("en", "", {"en"}, False),
        ("en", "ar", {"en"}, True),
        ("ar", "en", {"en"}, False),
        ("zh-Hant", "zh", {"en", "zh"}, False),
        ("hr", "bs", {names.base("sr")}, False),
        ("nb", "", {names.base("no")}, False),
        ("", "", {"en"}, False),
    ],
)
def test_what_nobody_reads(said: str, by: str, read: set[str], wanted: bool):
    """By the words where that is clear, else by the page; close relatives count as one."""
    assert readers.nobody_reads(said, by, read) is wanted


def test_a_desk_reads_what_its_officers_say(agency_: Agency):
    """And what everybody does. Who is at another desk does not count."""
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    readers.say(alice, ["ar", "fr"])
    readers.say(bob, ["zh"])
    readers.say(alice, ["ar"])
    desks = [agency_.desk(), agency_.desk("Narcotics")]
    with agency_.engine.connect() as connection:
        found = readers.at_desks(connection, alice.member, desks, ("en",))
        assert readers.of_officer(connection, alice.member.id) == {"ar"}
    assert found == {desks[0]: {"en", "ar"}, desks[1]: {"en", "zh"}}
    with pytest.raises(FormatError):
        readers.say(alice, ["xx"])

"""What a report copied of a tip is found; what has to be the same is not made a fuss of."""

from __future__ import annotations

import time

from tipline.papers.wording import copied

TIP = "My brother hides the gun in the flour tin above the stove. He goes out on Fridays!\nBlue van, AB-123."


def test_it_finds_a_sentence_that_was_copied():
    """Whole, whatever its capitals and stops."""
    (found,) = copied("Information was received. he goes out on fridays", [TIP])
    assert (found.text, found.is_sentence) == ("he goes out on fridays", True)


def test_it_finds_a_phrase_within_a_sentence():
    """From its first word to its last, once."""
    (found,) = copied("It is said that the gun in the flour tin above the stove is loaded.", [TIP])
    assert (found.text, found.is_sentence) == ("the gun in the flour tin above the stove", False)


def test_two_phrases_are_two():
    """Of two messages, with other words between them."""
    tips = ["one two three four five six seven", "a b c d e f g"]
    found = copied("So two three four five six seven then but a b c d e f ends", tips)
    assert [one.text for one in found] == ["two three four five six seven", "a b c d e f"]


def test_what_must_be_the_same_is_not_named():
    """Places, plates and short turns; another order of the same words."""
    assert copied("A weapon is kept in a kitchen. A blue van, AB-123, is used on Fridays.", [TIP]) == []
    assert copied("stove the above tin flour the in gun the hides brother", [TIP]) == []
    assert copied("", [TIP]) == copied("words", []) == []


def test_it_reads_other_scripts():
    """Arabic has words; Chinese is written without spaces; a wide letter is the letter."""
    assert copied("يخفي السلاح في المطبخ", ["قال إنه يخفي السلاح في المطبخ."])[0].is_sentence
    assert (
        copied("据称他把枪藏在厨房的面粉罐里面", ["我哥哥他把枪藏在厨房的面粉罐里面。"])[0].text
        == "他把枪藏在厨房的面粉罐里面"
    )
    assert copied("ＢＬＵＥ van ab 123", [TIP])[0].is_sentence


def test_the_longest_texts_take_no_time():
    """Also where every word is the same."""
    start = time.perf_counter()
    copied("a " * 8192, ["a " * 8191 + "b"])
    copied("a. " * 5000, ["a " * 8191 + "b"])
    assert time.perf_counter() - start < 2

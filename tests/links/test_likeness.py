"""Nearly the same text is found among many, in scripts with and without spaces; another text is not."""

from __future__ import annotations

import random
import time

import pytest

from tipline.links import likeness

TEXTS = {
    "German": (
        "Jeden Freitag gegen zehn Uhr abends kommt ein weisser Lieferwagen in die Hafenstrasse und zwei"
        " Männer tragen schwarze Taschen in den Keller von Haus Nummer vier, das geht schon seit Sommer so."
    ),
    "Chinese": (
        "每周五晚上十点左右，一辆白色面包车开到港口街，"
        "两个男人把黑色的袋子搬进四号楼的地下室，从夏天开始就一直这样。"
    ),
    "Japanese": (
        "毎週金曜日の夜十時ごろ、白いバンが港通りに来て、"
        "二人の男が黒い袋を四番の建物の地下に運び込んでいます。"
    ),
    "Thai": ("ทุกวันศุกร์ตอนสี่ทุ่มจะมีรถตู้สีขาวมาที่ถนนท่าเรือและชายสองคนขนถุงสีดำลงไปในห้องใต้ดินของบ้านเลขที่สี่"),
    "Arabic": (
        "كل يوم جمعة حوالي الساعة العاشرة مساء تأتي شاحنة بيضاء إلى شارع الميناء"
        " ويحمل رجلان أكياسا سوداء إلى القبو"
    ),
}


def varied(text: str) -> str:
    """Return what another person made of a text: a greeting before it, capitals, a few words changed."""
    return "Hallo! " + text.replace("zehn", "elf").replace("十", "九").swapcase() + " Danke."


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_that_was_changed_a_little_is_found_and_alike(language: str):
    """It shares a mark, and more than half of the phrases."""
    text = TEXTS[language]
    assert set(likeness.marks(text)) & set(likeness.marks(varied(text)))
    assert likeness.likeness(text, varied(text)) >= likeness.ALIKE
    assert likeness.likeness(text, text) == 1


def test_other_texts_are_not_alike():
    """Texts that tell of other things share next to nothing."""
    texts = list(TEXTS.values())
    pairs = [(one, other) for one in texts for other in texts if one != other]
    assert max(likeness.likeness(*pair) for pair in pairs) < 0.05


def test_what_says_too_little_is_like_nothing():
    """Two people who write "please call me back" have not sent one tip."""
    assert likeness.marks("please call me back") == ()
    assert likeness.likeness("please call me back", "please call me back") == 0


def test_of_texts_that_share_seven_phrases_of_ten_hardly_any_pair_is_missed():
    """The least hashes find what the measure calls alike, all but a pair in many."""
    chance = random.Random(3)
    words = [f"word{at}" for at in range(4000)]
    missed = 0
    for _ in range(150):
        text = chance.sample(words, 120)
        other = [chance.choice(words) if at % 23 == 0 else word for at, word in enumerate(text)]
        assert likeness.likeness(" ".join(text), " ".join(other)) > likeness.ALIKE
        missed += not set(likeness.marks(" ".join(text))) & set(likeness.marks(" ".join(other)))
    assert missed <= 2


def test_no_text_takes_long():
    """A whole message of any one piece is looked at in a time that nobody notices."""
    for piece in ("a ", "中", "a", ".", "\u202e", "1"):
        text = (piece * 16384)[:16384]
        begin = time.process_time()
        likeness.marks(text)
        likeness.likeness(text, text + "b")
        assert time.process_time() - begin < 0.5

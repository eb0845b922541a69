"""What is found by what: words of any script, phrases, beginnings, and numbers however they are written."""

from __future__ import annotations

import pytest

from tipline.links import entities
from tipline.search import query
from tipline.search.entry import ids_of
from tipline.search.facts import Text
from tipline.search.memory import Doc, Memory

TEXTS = {
    1: "Six women live above the nail bar at 14 Harrow Lane. A grey van brings them back at 2.",
    2: "En la nave 7 del polígono descargan piña congelada los jueves; el conductor es «el Ñoño».",
    3: "美甲店楼上关着几个女人，她们从不单独出门。",
    4: "تُحتجز نساء في شقةٍ فوق المحل ولا يخرجن وحدهن أبدًا.",
    5: "Моего коллегу заставили поставить программу, деньги просит ёжик.",
    6: "Ruf +49 (0)151 234567 an, Konto DE89 3704 0044 0532 0130 00, Wagen HH-AB 1234.",
    7: "경찰에게 말하지 마세요. 창고에 총이 있습니다.",
    8: "ตำรวจรู้จักเขา โกดังอยู่ริมแม่น้ำ",
    9: "Call 0151 234567 before nine, or ٠١٥١ ٩٩٨٨٧٧ later. The reference is A-77/2024.",
    10: "Straße, Zürich, Łódź, Ørsted and the İstanbul office. Don't tell.",
    11: "The grey horse drew a van.",
}


def doc(number: int, text: str, also: tuple[str, ...] = ()) -> Doc:
    found = entities.find("\n".join((text, *also)))
    source = number.to_bytes(16, "big")
    return Doc(number, Text(source, "tip", text), also, found, ids=ids_of(text, also, found))


@pytest.fixture(scope="module")
def memory() -> Memory:
    made = Memory()
    made.add([doc(number, text) for number, text in TEXTS.items()])
    return made


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("van", {1, 11}),
        ("VAN Grey", {1, 11}),
        ('"grey van"', {1}),
        ("gre*", {1, 11}),
        ('"nail ba"*', {1}),
        ("pina", {2}),
        ("PIÑA", {2}),
        ("ñoño", {2}),
        ("nono", {2}),
        ("女人", {3}),
        ("人女", set()),
        ("美甲店", {3}),
        ("甲店 单独", {3}),
        ("شقة", {4}),
        ("تحتجز", {4}),
        ("ЁЖИК", {5}),
        ("ежик", {5}),
        ("програм*", {5}),
        ("경찰", {7}),
        ("창고", {7}),
        ("แม่น้ำ", {8}),
        ("โกดัง", {8}),
        ("strasse", {10}),
        ("zurich lodz orsted istanbul", {10}),
        ("zeppelin", set()),
        ("van zeppelin", set()),
        ("", set()),
        ('"" * - ?', set()),
    ],
)
def test_words_are_found_in_any_script(memory: Memory, asked: str, numbers: set[int]):
    """Whatever its capitals and accents, and with no spaces where a script has none."""
    assert memory.search(asked) == numbers


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("015123 45*", {9}),
        ("0151234567", {6, 9}),
        ("0151 23 45 67", {6, 9}),
        ("+49 151 234567", {6, 9}),
        ("0049-151-234567", {6, 9}),
        ("234567", {6, 9}),
        ("4567", set()),
        ("0151998877", {9}),
        ("DE89370400440532013000", {6}),
        ("de89 3704 0044 0532 0130 00", {6}),
        ("532013000", {6}),
        ("HHAB1234", {6}),
        ("hh-ab 1234", {6}),
        ("hh ab 1234", {6}),
        ("A77/2024", {9}),
        ("14 Harrow", {1}),
        ("999999", set()),
    ],
)
def test_numbers_are_found_however_they_are_written(memory: Memory, asked: str, numbers: set[int]):
    """With the country's code or without, grouped or not, in figures of another script, by their end."""
    assert memory.search(asked) == numbers


@pytest.mark.parametrize(
    "asked", ['"', '""', "a OR", "NEAR(", "body:x", "^van", "{a}", "x AND", "'; --", "(((", "*"]
)
def test_nothing_that_is_typed_is_an_expression_of_its_own(memory: Memory, asked: str):
    """It looks for words, and never fails."""
    assert memory.search(asked) <= set(TEXTS)
    assert memory.search(f"{asked} zeppelin") == set()


def test_what_is_long_is_cut(memory: Memory):
    """A page of text in the box takes no longer than a line."""
    assert len(query.expression("word " * 5000)) < 2000
    assert memory.search("harrow " * 5000) == {1}


def test_what_was_removed_is_not_found_by_word_number_or_name():
    """And what says the same in another case is."""
    memory = Memory()
    memory.add([doc(6, TEXTS[6], ("photo.jpg",)), doc(16, TEXTS[6])])
    memory.remove([(6).to_bytes(16, "big")])
    for asked in ("wagen", "0151234567", "HHAB1234"):
        assert memory.search(asked) == {16}
    assert memory.search("photo") == set()
    assert memory.with_entity(entities.PLATE, "HHAB1234") == {16}
    assert memory.texts(6) == memory.entities(6) == []


def test_names_of_files_are_found():
    """As words."""
    memory = Memory()
    memory.add([doc(1, "look", ("holiday-in-Zürich.jpg",))])
    assert memory.search("zurich holiday") == {1}
    assert memory.search('"zurich jpg"') == {1}

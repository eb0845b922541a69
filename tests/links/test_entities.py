"""What a text names is found however it is written, and no text makes a session look for long."""

from __future__ import annotations

import random
import time

import pytest

from tipline.links import entities
from tipline.links.entities import Entity

ETHER = "0x52908400098527886E0F7030069857D2E4169EE7"
LEGACY = "1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD"
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"

SAME = {
    ("phone", "+491715551234"): (
        "0171 5551234", "(0171) 555-1234", "0171/5551234", "+49 171 5551234", "+49 (0)171 555 12 34",
        "0049 171 5551234", "٠١٧١ ٥٥٥١٢٣٤", "۰۱۷۱۵۵۵۱۲۳۴", "０１７１－５５５１２３４",
        "\u202a+49\xa0171\xa05551234\u202c", "Tel:01715551234.", "0171\u20115551234", "०१७१ ५५५१२३४",
    ),
    ("plate", "BAB1234"): ("B-AB 1234", "B-AB1234", "plate: B AB 1234", "Kennzeichen b ab 1234,"),
    ("plate", "KX51ABC"): ("KX51 ABC", "plate number KX 51 ABC was", "KX51ABC"),
    ("plate", "A123BC77"): ("А123ВС 77", "госномер А 123 ВС 77"),
    ("plate", "粤B12345"): ("车牌粤B12345停在门口", "粤B·12345", "粤Ｂ１２３４５"),
    ("iban", "DE89370400440532013000"): (
        "DE89 3704 0044 0532 0130 00 and then", "DE89370400440532013000", "de89-3704-0044-0532-0130-00",
    ),
    ("wallet", LEGACY): (f"pay {LEGACY} now", f"({LEGACY})"),
    ("wallet", TAPROOT): (TAPROOT, TAPROOT.upper(), f"bitcoin:{TAPROOT}?amount=1"),
    ("wallet", ETHER.lower()): (ETHER, ETHER.lower()),
    ("email", "foo.bar+x@example.co.uk"): ("Foo.Bar+x@Example.co.uk.", "<foo.bar+x@example.co.uk>"),
    ("handle", "some_name"): (
        "@Some_Name.", "t.me/some_name", "https://t.me/Some_Name/", "(@some_name)",
        "www.instagram.com/some_name/?x=1", "https://www.tiktok.com/@some_name",
    ),
    ("vin", "1M8GDM9AXKP042788"): ("1M8GDM9AXKP042788", "1m8gdm9axkp042788"),
    ("vin", "WVWZZZ1JZXW000001"): ("VIN WVWZZZ1JZXW000001",),
    ("vessel", "IMO9319466"): ("IMO 9319466", "imo: 9319466", "IMO number 9319466", "IMO-Nr. 9319466"),
    ("vessel", "MMSI211234560"): ("MMSI 211234560", "mmsi:211234560"),
}  # fmt: skip
NONE = {
    "a date": "2026-11-24", "a date in a row": "20261124", "an amount": "500000 or 1,000,000.00",
    "a time": "20:15:30", "an account whose check fails": "DE88370400440532013000",
    "an account one figure short": "DE8937040044053201300", "a wallet whose check fails": LEGACY[:-1] + "X",
    "a vehicle of North America whose check fails": "1M8GDM9A1KP042788",
    "a word of seventeen": "internationalisms",
    "a ship whose check fails": "IMO 9319467", "seven figures that no word calls a ship": "9319466",
    "a word after plate": "the plate was in the kitchen", "a page of a network": "https://t.me/joinchat",
}  # fmt: skip


def values(text: str, region: str = "DE") -> list[tuple[str, str]]:
    """Return what a text names, without how it was shown."""
    return [(one.kind, one.value) for one in entities.find(text, region)]


@pytest.mark.parametrize("entity", SAME, ids=lambda entity: entity[1])
def test_however_it_is_written_it_is_one_thing(entity: tuple[str, str]):
    """Two texts meet, whatever script, spaces or signs they use, and nothing else is read into them."""
    assert [(text, values(text)) for text in SAME[entity] if values(text) != [entity]] == []


@pytest.mark.parametrize("why", NONE)
def test_what_only_looks_like_one_is_none(why: str):
    """A check that fails, a date, a word: none is found."""
    assert values(NONE[why]) == []


def test_two_numbers_in_a_row_are_two():
    """A list of numbers with a space between is not read as one long number."""
    both = [("phone", "+491715551234"), ("phone", "+491725551235")]
    assert values("0171 5551234 0172 5551235") == values("0171 5551234, 0172 5551235") == both


def test_without_a_region_only_numbers_with_their_country_are_found():
    """An agency that did not say where it is gets no number of the wrong country."""
    assert values("0171 5551234", "") == []
    assert values("+49 171 5551234", "") == [("phone", "+491715551234")]
    assert values("(415) 555-2671", "US") == [("phone", "+14155552671")]


def test_one_thing_is_of_one_kind_and_shown_as_written():
    """The figures of an account are no telephone number; what is shown is the text's own writing."""
    text = "Konto DE89 3704 0044 0532 0130 00, ruf @klaus an: 0171 5551234"
    assert entities.find(text, "DE") == (
        Entity("handle", "klaus", "@klaus"),
        Entity("iban", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        Entity("phone", "+491715551234", "0171 5551234"),
    )


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "@", "a@", "a@b.", "DE89 ", "plate ", "plate a1 ", "(1", "+4917155512 ", "t.me/", "1-",
     f"{LEGACY} ", f"{TAPROOT} ", "0171 5551234 ", "1M8GDM9AXKP042788 ", "B-AB 1", "a.", "粤B", "\u202e٣"],
)  # fmt: skip
def test_no_text_makes_a_session_look_for_long(piece: str):
    """A whole message of any one piece is looked through in a time that a sign-in does not notice."""
    text = (piece * 16000)[:16000]
    begin = time.process_time()
    assert len(entities.find(text, "DE")) <= entities.MOST
    assert time.process_time() - begin < 0.5


def test_any_text_is_looked_through():
    """No text raises: letters of many scripts and every sign that a finder knows, shuffled."""
    chance = random.Random(5)
    signs = "+()0123456789 @./-:#DEIMOabc1xPlateKennzeichen粤А" + "".join(
        chr(chance.randrange(1, 0xD800)) for _ in range(20)
    )
    for _ in range(300):
        text = "".join(chance.choices(signs, k=300))
        for one in entities.find(text, "DE"):
            assert one.kind in entities.KINDS
            assert one.value
            assert one.shown

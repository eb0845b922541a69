"""Needles: every way a canary may be written down."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest

from tipline.drill import encodings

WORDS = "Kranich über dem Fluss 7f3a"


def found_in(data: bytes, needles: tuple[encodings.Needle, ...]) -> set[str]:
    return {needle.encoding for needle in needles if needle.data in data}


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", WORDS.encode()),
        ("utf-16-le", WORDS.encode("utf-16-le")),
        ("utf-16-be", WORDS.encode("utf-16-be")),
        ("utf-32-le", WORDS.encode("utf-32-le")),
        ("latin-1", WORDS.encode("latin-1")),
        ("hex", WORDS.encode().hex().encode()),
        ("HEX", WORDS.encode().hex().upper().encode()),
        ("percent", urllib.parse.quote(WORDS).encode()),
        ("form", urllib.parse.urlencode({"text": WORDS}).encode()),
        ("json", json.dumps({"text": WORDS}).encode()),
        ("python", repr(WORDS.encode()).encode()),
    ],
)
def test_it_knows_how_programs_write_text(encoding: str, written: bytes):
    """Each encoding alone gives the canary away."""
    assert encoding in found_in(b"before " + written + b" after", encodings.of_text("text", WORDS))


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("after", range(4))
def test_it_finds_base64_at_every_alignment(before: int, after: int):
    """Whatever stands before and behind: only characters that the canary alone decides are compared."""
    secret = bytes(range(200, 232))
    needles = encodings.of_bytes("key", secret)
    data = b"\xff" * before + secret + b"\xee" * after
    assert f"base64+{before % 3}" in found_in(base64.b64encode(data), needles)
    assert found_in(base64.urlsafe_b64encode(data), needles)


def test_it_searches_ipv6_packed_and_ipv4_only_written():
    """Four bytes are in any rack by chance; sixteen are not."""
    six = encodings.of_address("address", "2001:db8:17:2a::bead")
    assert "raw" in found_in(bytes.fromhex("20010db80017002a000000000000bead"), six)
    assert found_in(b"2001:0db8:0017:002a:0000:0000:0000:bead", six)
    assert found_in(b"2001:DB8:17:2A::BEAD", six)
    four = encodings.of_address("address", "203.0.113.77")
    assert min(len(needle.data) for needle in four) >= encodings.SHORTEST
    assert found_in(b"from 203.0.113.77:", four) == {"utf-8"}
    assert found_in(b"3405803853", four) == {"decimal number"}


def test_it_refuses_a_canary_that_chance_would_find():
    """A short canary would be found where it never was."""
    with pytest.raises(ValueError, match="shorter"):
        encodings.of_bytes("key", b"1234567")


def test_it_gives_each_byte_sequence_once():
    """ASCII text is the same in UTF-8 and JSON, and is searched once."""
    needles = encodings.of_text("text", "only-ascii-here")
    assert len({needle.data for needle in needles}) == len(needles)

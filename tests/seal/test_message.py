"""Messages: read field by field, and nothing that is not described gets through."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.seal.conftest import make_message
from tipline.errors import FormatError
from tipline.seal import message, receipt
from tipline.seal.suite import HYBRID

KEYS = receipt.keys(HYBRID, bytes(16), b"agency-1")
FILE = message.File("file-1.jpg", "image/jpeg", 3, b"k" * 32, (b"p" * 32,))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_it_comes_back_word_for_word(text: str):
    """Whatever script it is written in."""
    said = make_message(KEYS, text, files=(FILE,), dummies=(b"d" * 32,))
    assert message.decode(message.encode(said)) == said


def broken(**changes: object) -> bytes:
    return json.dumps(json.loads(message.encode(make_message(KEYS, files=(FILE,)))) | changes).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 20_000,
        broken(extra=1),
        broken(v=2),
        broken(kind="cover"),
        broken(danger="maybe"),
        broken(counter=-1),
        broken(counter=True),
        broken(counter=1.0),
        broken(text=None),
        broken(text="\ud800"),
        broken(desk="AAAA"),
        broken(desk="AAAAAAAAAAAAAAAAAAAAAB"),
        broken(thread="=" * 22),
        broken(files=[{}]),
        broken(files="none"),
        broken(dummies=["A" * 43] * 300),
        broken(category="Drugs!"),
    ],
)
def test_it_refuses_everything_else(data: bytes):
    """Each is refused as `message`, and the error quotes nothing of it."""
    with pytest.raises(FormatError) as caught:
        message.decode(data)
    assert caught.value.failure == "message"
    assert len(str(caught.value)) < 60

"""Variables: put in from what is known, and an error that names what is not."""

from __future__ import annotations

import pytest

from tipline.errors import FormatError
from tipline.talk import variables
from tipline.talk.settings import TalkSettings


def test_they_are_put_in():
    """Each as often as it stands there."""
    known = variables.known("T-0042", "Harbour Police", "fr", TalkSettings(emergency="112"))
    assert (
        variables.fill("{case} {agency}: {emergency}, {case}", known) == "T-0042 Harbour Police: 112, T-0042"
    )
    assert variables.fill("a { that\nends } nowhere", known) == "a { that\nends } nowhere"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Call {emergncy}", "no variable {emergncy}"),
        ("Hello { case }", "no variable { case }"),
        ("Call {emergency}", "{emergency} is empty"),
        ("Your code: {claim}", "{claim} is empty: no reward"),
        ("{}", "no variable {}"),
    ],
)
def test_one_that_is_unknown_or_empty_is_named(text: str, says: str):
    """Nothing is sent with a hole in it."""
    known = variables.known("T-0042", "Harbour Police", "en", TalkSettings())
    with pytest.raises(FormatError, match="variable") as refused:
        variables.fill(text, known)
    assert says in str(refused.value)

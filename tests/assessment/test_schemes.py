"""The codes of the grading schemes, and what nobody having graded means."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tipline.assessment import schemes
from tipline.assessment.schemes import SCHEMES, Grading
from tipline.assessment.settings import AssessmentSettings

#: What a scheme says of a source that is known to be wrong, which an unknown one never is.
UNRELIABLE = {"3x5x2": {"3"}, "europol": {"C"}, "admiralty": {"D", "E"}}


@pytest.mark.parametrize("code", SCHEMES)
def test_anonymous_is_not_unreliable(code: str):
    """A first contact is graded as not judged yet, in code and in words, and nothing supports it."""
    first = schemes.first(code)
    assert schemes.is_one(first)
    assert first.source not in UNRELIABLE[code]
    assert {"3x5x2": "2D", "europol": "X4", "admiralty": "F6"}[code] == first.short
    for says in (first.says["source"], first.says["information"]):
        assert "reliable" not in says
        assert "fals" not in says
        assert "doubt" not in says.lower()
    assert not first.is_corroborated


def test_the_codes_are_the_schemes_own():
    """As the forms of those who use them have them."""
    codes = {
        one.code: ("".join(one.sources), "".join(one.information), " ".join(one.handling))
        for one in SCHEMES.values()
    }
    assert codes == {
        "3x5x2": ("123", "ABCDE", "P C"),
        "europol": ("ABCX", "1234", "H0 H1 H2 H3"),
        "admiralty": ("ABCDEF", "123456", ""),
    }
    assert list(schemes.TLP) == ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]


@pytest.mark.parametrize(
    "what",
    [
        Grading("4x4", "A", "1", "H0", "RED"),
        Grading("europol", "E", "1", "H0", "RED"),
        Grading("europol", "A", "5", "H0", "RED"),
        Grading("europol", "A", "1", "", "RED"),
        Grading("admiralty", "A", "1", "H0", "RED"),
        Grading("3x5x2", "1", "A", "P", "WHITE"),
    ],
)
def test_other_codes_are_none(what: Grading):
    """Of another scheme, of an older protocol, or where the scheme has no handling codes."""
    assert not schemes.is_one(what)


def test_the_agency_picks_one_of_these():
    """A scheme that there is not is refused when the settings are read."""
    assert [AssessmentSettings(scheme=code).scheme for code in SCHEMES] == list(SCHEMES)
    with pytest.raises(ValidationError):
        AssessmentSettings(scheme="5x5x5")

"""Why a case is closed."""

from __future__ import annotations

import pytest

from tipline.closing import disposition
from tipline.closing.disposition import Disposition
from tipline.errors import FormatError


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (Disposition(""), "disposition"),
        (Disposition("no lead value"), "disposition"),
        (Disposition(disposition.DUPLICATE), "duplicate"),
        (Disposition(disposition.OTHER_AGENCY, words=" \r\n "), "words"),
        (Disposition(disposition.MALICIOUS), "words"),
    ],
)
def test_a_reason_is_mandatory_and_says_enough(given: Disposition, wrong: str):
    """No case is closed by a click alone."""
    with pytest.raises(FormatError) as error:
        disposition.check(given)
    assert error.value.failure == wrong


def test_a_number_goes_with_duplicates_alone():
    """What a form sent beside the choice is not kept."""
    assert disposition.check(Disposition(disposition.PRANK, 7, " a\r\nb ")) == Disposition(
        disposition.PRANK, None, "a\nb"
    )
    assert disposition.check(Disposition(disposition.DUPLICATE, 7)).duplicate_of == 7

"""The agency's policy on clocks and retention."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tipline.closing import disposition
from tipline.closing.settings import Clocks, Retention


def test_every_disposition_has_a_period():
    """Whatever a case is closed for, it is known how long it is kept; the agency says otherwise for some."""
    assert all(Retention().of(code) > 0 for code in disposition.CODES)
    assert Retention(days={"spam": 3}).of("spam") == 3


@pytest.mark.parametrize("days", [{"spma": 3}, {"spam": 0}])
def test_a_mistake_is_refused(days: dict[str, int]):
    """A period that is misspelled, or none, is not taken for the default."""
    with pytest.raises(ValidationError):
        Retention(days=days)


def test_there_are_no_clocks_unless_the_agency_names_some():
    """The Directive is about some categories, which the agency's lawyers name."""
    assert Clocks().directive == () == Clocks().own

"""Whose chain it is that officers enter their own acts in."""

from __future__ import annotations

from tipline.audit import own_acts
from tipline.audit.actions import ACTIONS
from tipline.audit.signers import OWN_ACTS
from tipline.keys.rows import ADMINISTRATORS


def test_it_is_the_administrators():
    """The id is written down twice, so that a verification loads nothing that makes keys."""
    assert own_acts.ADMINISTRATION == ADMINISTRATORS
    assert set(OWN_ACTS) <= ACTIONS.keys()

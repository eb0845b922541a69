from __future__ import annotations

import secrets

import pytest

from tipline.collector.sort import Sorted, sort
from tipline.seal import docket, layout
from tipline.seal.acknowledgement import token
from tipline.seal.suite import HYBRID

DAY = 20_780


def test_it_reads_its_docket(office):
    """Desk and danger as said, and the token of the day; the key it came from is not kept."""
    envelope, keys = office.tip(danger="unsure")
    what = sort(envelope, office.holding.agency, office.sorting, DAY)
    assert what == Sorted(office.made.desks["Triage"], "unsure", token(HYBRID, keys.acknowledgement, DAY))
    assert keys.acknowledgement.hex() not in repr(what)


def test_it_takes_a_docket_without_a_desk(office):
    """A follow-up that names no desk is collected like any."""
    envelope, keys = office.tip(desk=docket.NO_DESK)
    what = sort(envelope, office.holding.agency, office.sorting, DAY)
    assert (what.desk, what.token) == (None, token(HYBRID, keys.acknowledgement, DAY))


def test_it_leaves_alone_what_is_for_another_console(office):
    """Not for me: no desk, no token, no fault."""
    envelope, _ = office.tip(sorting_keys=[HYBRID.generate().public])
    assert sort(envelope, office.holding.agency, office.sorting, DAY) == Sorted()


def test_it_marks_what_is_of_another_agency(office):
    """An envelope that strayed is marked."""
    envelope, _ = office.tip(agency=bytes(8))
    assert sort(envelope, office.holding.agency, office.sorting, DAY) == Sorted(broken="agency")


def test_it_marks_what_is_of_no_living_epoch(office):
    """Keys that were destroyed or never made: no reader gets past that. A missing file is another case."""
    envelope, _ = office.tip()
    assert sort(envelope, office.holding.agency, {1: None}, DAY) == Sorted(broken="epoch")
    assert sort(envelope, office.holding.agency, {office.made.epoch: None}, DAY) == Sorted()


@pytest.mark.parametrize(("at", "failure"), [(0, "magic"), (4, "version"), (5, "suite"), (6, "reserved")])
def test_it_marks_what_is_broken(office, at: int, failure: str):
    """Each field of the header that no reader would get past."""
    envelope, _ = office.tip()
    wrong = envelope[:at] + b"\x63" + envelope[at + 1 :]
    assert sort(wrong, office.holding.agency, office.sorting, DAY) == Sorted(broken=failure)
    assert sort(envelope[:-1], office.holding.agency, office.sorting, DAY) == Sorted(broken="size")


def test_it_raises_the_alarm_over_a_broken_docket(office):
    """A relay that seals nonsense to the sorting key does not keep the envelope from its desk."""
    envelope, _ = office.tip()
    before = layout.split(envelope).before_dockets
    sealed = HYBRID.seal(
        office.sorting[office.made.epoch].public, docket._info(before), secrets.token_bytes(64)
    )
    changed = before + sealed + envelope[len(before) + len(sealed) :]
    assert sort(changed, office.holding.agency, office.sorting, DAY) == Sorted(alarm=True)

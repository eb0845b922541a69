from __future__ import annotations

import secrets

import pytest

from tipline.collector.sort import Sorted, sort
from tipline.keys import epoch
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


def test_it_marks_what_was_ours_and_is_lost(office):
    """Keys that were destroyed or never made. A missing file is another case."""
    envelope, _ = office.tip()
    alone = epoch.lost({1}, 1, alone=True)
    assert sort(envelope, office.holding.agency, {1: None}, DAY, alone) == Sorted(broken="epoch")
    assert sort(envelope, office.holding.agency, {office.made.epoch: None}, DAY, alone) == Sorted()


def test_beside_another_console_what_it_cannot_open_is_the_other_s(office):
    """Unless its week is over here, and was one of this console's: then somebody kept it back."""
    envelope, _ = office.tip(sorting_keys=[HYBRID.generate().public])
    now = office.made.epoch
    for first, living, broken in [(now - 1, now, None), (now + 1, now + 1, None), (now, now + 1, "epoch")]:
        lost = epoch.lost({living}, first, alone=False)
        assert sort(envelope, office.holding.agency, {living: None}, DAY, lost) == Sorted(broken=broken)


def test_it_reads_a_docket_sealed_to_an_earlier_week_than_the_envelope_bears(office):
    """The number is the greatest of all consoles: this one was a week behind."""
    now = office.made.epoch
    envelope, _ = office.tip(
        epoch=now + 1, desk_keys=[office.public(now)], sorting_keys=[office.sorting[now].public]
    )
    keys = {now + 1: HYBRID.generate(), **office.sorting, now - 1: None}
    assert sort(envelope, office.holding.agency, keys, DAY).desk == office.made.desks["Triage"]


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

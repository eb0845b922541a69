"""A relay that lies: it has every envelope and every public key, and seals dockets of its own.

What it does with keyring and board is in tests/keyring, tests/board and tests/tip.
"""

from __future__ import annotations

from tipline.cases import case, inbox
from tipline.seal import docket, layout
from tipline.seal.suite import HYBRID

NOBODY = docket.Docket(docket.NO_DESK, "no", bytes(32))


def with_docket(agency_, envelope: bytes, what: docket.Docket, public: bytes | None = None) -> bytes:
    """Replace the dockets of an envelope. It needs no secret: the sorting key stands in the keyring."""
    parts = layout.split(envelope)
    sorting = public or agency_.sorting[agency_.made.epoch].public
    sealed = docket.seal(layout.suite_of(parts.header.suite), sorting, parts.before_dockets, what)
    return parts.before_dockets + sealed * layout.DOCKETS


def test_a_docket_sealed_anew_hides_no_tip(agency_):
    """A threat to life goes out, and the relay makes its docket say: nobody's, no danger."""
    keys = agency_.receipt()
    changed = with_docket(agency_, agency_.seal(keys, "he has a knife", danger="yes"), NOBODY)
    agency_.receive(changed)
    alice = agency_.work("Alice")
    (line,) = inbox.page(alice).lines
    assert (line.priority, line.alarm) == (0, True)
    assert case.open_(alice, line.number).said[0].message.text == "he has a knife"


def test_a_docket_for_a_stranger_hides_no_tip(agency_):
    """The relay seals the dockets to a key of its own, so that the collector finds none for itself."""
    own = HYBRID.generate().public
    agency_.receive(with_docket(agency_, agency_.seal(agency_.receipt(), "words"), NOBODY, own))
    (line,) = inbox.page(agency_.work("Alice")).lines
    assert line.alarm


def test_a_tip_kept_and_offered_again_is_one_tip(agency_):
    """Unchanged it is the same envelope; with another docket another one, shown once and with an alarm."""
    envelope = agency_.seal(agency_.receipt(), "once")
    agency_.receive(envelope)
    agency_.receive(with_docket(agency_, envelope, NOBODY))
    assert agency_.count("envelope") == 2
    alice = agency_.work("Alice")
    (line,) = inbox.page(alice).lines
    opened = case.open_(alice, line.number)
    assert [said.message.text for said in opened.said] == ["once"]
    assert opened.alarm


def test_a_tip_under_a_strangers_stanzas_is_nobodys(agency_):
    """Stanzas of another tip on this one's body: neither text shows, and the tip beside it is filed."""
    one, two = (layout.split(agency_.seal(agency_.receipt(), text)) for text in ("one", "two"))
    mixed = one.header_bytes + b"".join(two.stanzas) + one.reply + one.body + b"".join(one.dockets)
    agency_.receive(mixed)
    agency_.tip("beside")
    alice = agency_.work("Alice")
    (line,) = inbox.page(alice).lines
    assert case.open_(alice, line.number).said[0].message.text == "beside"

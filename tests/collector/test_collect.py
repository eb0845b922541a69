from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

import pytest

from tipline import clock, tables
from tipline.collector import collect as collecting
from tipline.collector.collect import collect
from tipline.collector.post_keyring import post_keyring
from tipline.errors import RelayError
from tipline.seal import parcel
from tipline.wire.shapes import Offer, Stored


class Told:
    """A relay that gives what a test tells it to, and remembers what was acknowledged."""

    def __init__(self, envelopes: dict[bytes, bytes], parcels: dict[bytes, bytes]) -> None:
        self.envelopes, self.parcels = envelopes, parcels
        self.envelope, self.parcel = envelopes.get, parcels.get
        self.acknowledged: set[bytes] = set()
        self.gone: set[bytes] = set()

    def list(self) -> Offer:
        return Offer(
            dict.fromkeys({*self.envelopes, *self.gone}, 20_000), dict.fromkeys(self.parcels, 20_000)
        )

    def keyring(self) -> None:
        """None was published yet."""

    def acknowledge(self, stored: Stored) -> None:
        self.acknowledged |= {*stored.envelopes, *stored.parcels}


def named(*datas: bytes) -> dict[bytes, bytes]:
    return {hashlib.sha256(data).digest(): data for data in datas}


def test_it_collects_all_and_empties_the_rack(served):
    """What was sent is stored as sent, with the docket's words, and the relay has nothing left to give."""
    with served.relay() as relay:
        post_keyring(relay, served.engine, served.holding)
        tips = [served.tip() for _ in range(40)]
        sent = {served.send("e", envelope): envelope for envelope, _ in tips}
        parcels = {served.send_parcel() for _ in range(3)}
        done = collect(relay, served.engine, served.holding)
        assert (done.envelopes, done.parcels) == (40, 3)
        assert relay.list() == Offer({}, {})
        assert relay.envelope(next(iter(sent))) is None
    rows = served.rows(tables.envelope)
    assert {row.id: row.bytes for row in rows} == sent
    assert {(row.desk, row.danger, row.day, row.broken, row.alarm) for row in rows} == {
        (served.made.desks["Triage"], "yes", clock.day_number(), None, False)
    }
    assert {row.id for row in served.rows(tables.parcel)} == parcels
    assert done.full
    assert {row.token for row in served.rows(tables.token)} == {served.token(keys) for _, keys in tips}


def test_it_believes_no_day_that_is_yet_to_come(office):
    """A relay that lies about the day of arrival must not break what reads it: a calendar ends somewhere."""
    told = Told(named(b"an envelope"), named(parcel.dummy()))
    offer = told.list()
    late = Offer(dict.fromkeys(offer.envelopes, 2**32 - 1), dict.fromkeys(offer.parcels, 2**32 - 1))
    told.list = lambda: late
    collect(told, office.engine, office.holding)
    rows = office.rows(tables.envelope) + office.rows(tables.parcel)
    assert [row.day for row in rows] == [clock.day_number()] * 2


def test_it_stores_no_acknowledgement_key(served):
    """The key of the tokens is nowhere in the agency's folder: only the day's token is."""
    with served.relay() as relay:
        post_keyring(relay, served.engine, served.holding)
        _, keys = served.send_tip()
        collect(relay, served.engine, served.holding)
    files = [path.read_bytes() for path in (served.made.data / "agency").rglob("*") if path.is_file()]
    assert any(served.token(keys) in data for data in files)
    assert not any(keys.acknowledgement in data for data in files)


def test_it_collects_in_an_order_of_its_own(office, monkeypatch: pytest.MonkeyPatch):
    """Neither the relay's order nor that of kinds is kept."""
    relay = Told(
        named(*(secrets.token_bytes(100) for _ in range(40))), named(*(parcel.dummy() for _ in range(4)))
    )
    order: list[bytes] = []
    for name in ("envelope", "parcel"):
        take = getattr(relay, name)
        setattr(relay, name, lambda item, take=take: order.append(item) or take(item))
    collect(relay, office.engine, office.holding)
    offered = [*relay.list().envelopes, *relay.parcels]
    assert sorted(order) == sorted(offered)
    assert order != offered
    assert order[-4:] != list(relay.parcels)


def test_it_stores_and_marks_what_is_broken_or_foreign(office):
    """A broken envelope is no reason to stop; it is kept, marked and acknowledged."""
    foreign, _ = office.tip(agency=bytes(8))
    good, _ = office.tip()
    relay = Told(named(foreign, good, b"rubbish", b""), {})
    done = collect(relay, office.engine, office.holding)
    assert done.envelopes == 4
    assert relay.acknowledged == relay.envelopes.keys()
    found = {row.bytes: row.broken for row in office.rows(tables.envelope)}
    assert found == {foreign: "agency", good: None, b"rubbish": "size", b"": "size"}
    assert len(office.rows(tables.token)) == 1


def test_it_refuses_bytes_under_a_wrong_name(office):
    """What is not what its name says is neither stored nor acknowledged; the rest is."""
    good, _ = office.tip()
    other, _ = office.tip()
    relay = Told(
        {**named(good), bytes(32): other}, {**named(parcel.dummy()), bytes(range(32)): parcel.dummy()}
    )
    with pytest.raises(RelayError, match="2 of the bytes"):
        collect(relay, office.engine, office.holding)
    assert [row.bytes for row in office.rows(tables.envelope)] == [good]
    assert len(office.rows(tables.parcel)) == 1
    assert relay.acknowledged == {*named(good), *(set(relay.parcels) - {bytes(range(32))})}


def test_it_refuses_a_parcel_of_another_size(office):
    """A parcel has one size."""
    relay = Told({}, named(b"short"))
    with pytest.raises(RelayError):
        collect(relay, office.engine, office.holding)
    assert office.rows(tables.parcel) == []


def test_it_passes_over_what_has_gone(office):
    """Listed and then gone: another round will tell."""
    relay = Told({}, {})
    relay.gone = {bytes(32)}
    done = collect(relay, office.engine, office.holding)
    assert (done.envelopes, done.missing, done.full) == (0, 1, False)
    assert relay.acknowledged == set()


def test_it_acknowledges_again_what_is_offered_again(office):
    """A relay that lost the acknowledgement gets it again, and nothing is stored twice or made twice."""
    relay = Told(named(*(office.tip()[0] for _ in range(3))), named(parcel.dummy()))
    collect(relay, office.engine, office.holding)
    relay.acknowledged.clear()
    again = collect(relay, office.engine, office.holding)
    assert (again.envelopes, again.parcels) == (0, 0)
    assert relay.acknowledged == {*relay.envelopes, *relay.parcels}
    assert (len(office.rows(tables.envelope)), len(office.rows(tables.token))) == (3, 3)


def test_it_makes_one_token_a_day_for_one_receipt(office, monkeypatch: pytest.MonkeyPatch):
    """A tip and a later message of the same day have one token; of another day, another."""
    _, keys = office.tip()
    first, second, third = (
        office.tip(acknowledgement=keys.acknowledgement, danger=danger)[0]
        for danger in ("no", "yes", "unsure")
    )
    collect(Told(named(first, second), {}), office.engine, office.holding)
    today = clock.day_number()
    monkeypatch.setattr(collecting.clock, "day_number", lambda: today + 1)
    collect(Told(named(third), {}), office.engine, office.holding)
    assert {row.token for row in office.rows(tables.token)} == {
        office.token(keys, today), office.token(keys, today + 1),
    }  # fmt: skip


def test_it_never_acknowledges_before_it_stored(office, monkeypatch: pytest.MonkeyPatch):
    """When the disk is full the relay keeps what it has."""

    def full(*_: object) -> None:
        raise OSError("full")

    relay = Told(named(office.tip()[0]), {})
    monkeypatch.setattr(collecting.store, "add_envelope", full)
    with pytest.raises(OSError, match="full"):
        collect(relay, office.engine, office.holding)
    assert relay.acknowledged == set()


@pytest.mark.parametrize("batches", [0, 1])
def test_it_stops_between_batches(office, batches: int):
    """Told to end, it finishes what it stored and leaves the rest at the relay."""
    relay = Told(named(*(secrets.token_bytes(50) for _ in range(collecting.BATCH * 2))), {})
    answers = iter([False] * batches + [True])
    stopping: Callable[[], bool] = lambda: next(answers)  # noqa: E731
    assert not collect(relay, office.engine, office.holding, stopping).full
    assert len(relay.acknowledged) == len(office.rows(tables.envelope)) == batches * collecting.BATCH

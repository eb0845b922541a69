"""One round of collecting: list, fetch what is not stored, store it durably, and only then acknowledge."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Engine

from tipline import clock, cover, tables
from tipline.backup import note
from tipline.board.making import shuffled
from tipline.collector import epochs, store
from tipline.collector.catch_up import is_alone
from tipline.collector.holding import Holding
from tipline.collector.relay import Relay
from tipline.collector.sort import sort
from tipline.errors import RelayError
from tipline.seal import parcel
from tipline.seal.suite import PrivateKey
from tipline.settings import STORED
from tipline.wire.shapes import Stored

#: So many are stored before they are acknowledged together.
BATCH = 32


@dataclass(frozen=True, repr=False)
class _Held:
    """What a round sorts with: the console's *keys*, and the epochs that are *lost*."""

    holding: Holding
    keys: Mapping[int, PrivateKey | None]
    lost: range


class _Waiting(NamedTuple):
    kind: str
    id: bytes
    day: int
    stored: bool


@dataclass
class Collected:
    """What a round did: how many of each it stored, and how many the relay gave under a wrong name.

    *missing* counts what it listed and did not give; *full* tells that everything it listed is stored.
    """

    envelopes: int = 0
    parcels: int = 0
    wrong: int = 0
    missing: int = 0
    full: bool = False


def collect(
    relay: Relay, engine: Engine, holding: Holding, stopping: Callable[[], bool] = lambda: False
) -> Collected:
    """Collect all that waits, in an order that says nothing, or until *stopping* says so after a batch.

    What the relay gives under a name that is not its hash is neither stored nor acknowledged; the rest is,
    and then RelayError is raised. Killed anywhere, the next round does what is missing: storing twice changes
    nothing, and what was stored and not acknowledged is offered and acknowledged again.
    """
    done, held = Collected(), _hold(relay, engine, holding)
    for batch in _batches(_waiting(relay, engine)):
        if stopping():
            return done
        stored = [item for item in batch if item.stored or _fetch(relay, engine, held, item, done)]
        safe = _safe(engine, holding, Stored(_ids(stored, "envelope"), _ids(stored, "parcel")))
        if safe.envelopes or safe.parcels:
            relay.acknowledge(safe)
    if done.wrong:
        raise RelayError(f"{done.wrong} of the bytes it gave are not what their names say")
    done.full = not done.missing
    return done


def _waiting(relay: Relay, engine: Engine) -> list[_Waiting]:
    offer = relay.list()
    new = {
        "envelope": store.unknown(engine, tables.envelope, offer.envelopes),
        "parcel": store.unknown(engine, tables.parcel, offer.parcels),
    }
    new["envelope"] -= cover.fetched(engine, new["envelope"])
    days = {"envelope": offer.envelopes, "parcel": offer.parcels}
    return shuffled(
        _Waiting(kind, item, day, item not in new[kind]) for kind in new for item, day in days[kind].items()
    )


def _batches(waiting: Sequence[_Waiting]) -> Iterator[Sequence[_Waiting]]:
    return (waiting[at : at + BATCH] for at in range(0, len(waiting), BATCH))


def _hold(relay: Relay, engine: Engine, holding: Holding) -> _Held:
    alone = is_alone(relay, holding)
    return _Held(holding, epochs.sorting_keys(engine, holding), epochs.lost(engine, holding, alone=alone))


def _fetch(relay: Relay, engine: Engine, held: _Held, item: _Waiting, done: Collected) -> bool:
    """Fetch and store one thing; tell whether it is stored."""
    data = relay.envelope(item.id) if item.kind == "envelope" else relay.parcel(item.id)
    if data is None:
        done.missing += 1
        return False
    if hashlib.sha256(data).digest() != item.id or (item.kind == "parcel" and len(data) != parcel.SIZE):
        done.wrong += 1
        return False
    if item.kind == "envelope" and cover.take(engine, item.id, fetched=True):
        # It was fetched as if it were a tip: the relay learns nothing. Its bytes are of no use.
        return True
    today = clock.day_number()
    # The relay's word, believed only as far as it can be: nothing arrives after it was collected.
    arrived = min(item.day, today)
    if item.kind == "parcel":
        store.add_parcel(engine, item.id, data, arrived)
        done.parcels += 1
        return True
    what = sort(data, held.holding.agency, held.keys, today, held.lost)
    store.add_envelope(engine, item.id, data, (arrived, today), what)
    done.envelopes += 1
    return True


def _safe(engine: Engine, holding: Holding, stored: Stored) -> Stored:
    """Return what the relay may delete: what is stored or, by policy, what a verified backup holds too."""
    if holding.settings.acknowledge == STORED:
        return stored
    with engine.connect() as connection:
        kept = note.read_made(connection)
    if kept is None:
        return Stored([], [])
    envelopes = store.up_to(engine, tables.envelope, stored.envelopes, kept.reaches.envelope)
    parcels = store.up_to(engine, tables.parcel, stored.parcels, kept.reaches.parcel)
    # A cover is in no backup and needs none; it goes when a tip that came at its moment would.
    covers = cover.fetched(engine, stored.envelopes, reach=kept.reaches.envelope)
    return Stored([*envelopes, *covers], list(parcels))


def _ids(stored: Sequence[_Waiting], kind: str) -> list[bytes]:
    return [item.id for item in stored if item.kind == kind]

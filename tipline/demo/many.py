"""Many cases at once, for trying the console as it is after years: `tipline demo --cases` and the bench.

Each is a real envelope, sealed by one of several processes, and stored as the collector and the triage desk
would have: sorted, acknowledged, re-wrapped to the desk's key at rest, and in its index. What is left out is
the way over the relay, one by one.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, select

from tipline import clock, db, tables
from tipline.cases import case, disposition, reply
from tipline.cases.work import Work
from tipline.closing import closing
from tipline.closing.disposition import INSUFFICIENT, Disposition
from tipline.collector import sort
from tipline.demo import invented
from tipline.errors import SettingsError
from tipline.keyring.signature import agency_id
from tipline.keys import epoch_key
from tipline.papers.reason import Reason
from tipline.routing import route, route_keys
from tipline.routing.route import Giving
from tipline.seal import acknowledgement, docket, message, opening, receipt, rewrap, sealing, stanza
from tipline.seal.suite import PrivateKey, Suite, suite_of
from tipline.search import segment_box, segments, sources
from tipline.settings import ConsoleSettings
from tipline.setup.plan import OfficerPlan
from tipline.staff import member
from tipline.staff.member import TRIAGE, Desk

_AT_ONCE = 250
#: So many of the newest cases, at most, are read, answered, closed or given to a unit, each by a real act.
WORKED_ON = 60
_ANSWER = "Thank you. We take this seriously. Do you know since when?"
#: What some hundred cases are spread over, and what many are, in days.
_A_SEASON, _YEARS, _SEASONAL = 92, 1000, 2000
Say = Callable[[str], None]
#: Works on the cases with these numbers, as officers would.
Then = Callable[[Work, range], None]


@dataclass(frozen=True, repr=False)
class _To:
    """What a process seals with: whom to, and the desk's keys by which it is kept. Pickled to it, no more."""

    suite: int
    agency: bytes
    epoch: int
    desk: bytes
    desk_key: bytes
    sorting: bytes
    at_rest: bytes
    private: bytes
    today: int
    newest: int
    count: int


@dataclass(frozen=True)
class _Made:
    """One case, ready to be stored."""

    envelope: bytes
    id: bytes
    day: int
    danger: str
    token: bytes
    sealed: bytes
    entry: bytes


def fill_new(
    settings: ConsoleSettings, officer: OfficerPlan, count: int, say: Say, then: Then | None = None
) -> None:
    """Add *count* invented cases to an agency without any, by an *officer* of triage; nobody serves it.

    *then* works on them; without it, on the newest of them as well as one officer can.
    """
    engine, keys = db.open_engine(settings.folder / "console.db"), settings.folder / "keys"
    if count and _next_case(engine) == 1:
        own = Work(engine, member.sign_in(engine, keys, officer.name, officer.passphrase))
        fill(own, keys, (settings.folder / "root.pub").read_bytes(), count, say, then or work_on)
        own.wipe()
    engine.dispose()


def fill(  # noqa: PLR0913, PLR0917  what fill_new found
    own: Work, keys: Path, root_public: bytes, count: int, say: Say, then: Then
) -> None:
    """Add *count* invented cases to the triage desk of who is signed in; *keys* is the agency's key folder.

    Raises SettingsError for who is at no triage desk.
    """
    desk = next((one for one in own.member.desks.values() if one.kind == TRIAGE and one.receives), None)
    if desk is None:
        raise SettingsError("the cases are made for a triage desk, and this officer is at none")
    own.refresh()
    first, done = _next_case(own.engine), 0
    to = _to(own, desk, keys, root_public, range(first, first + count))
    for made in _sealed(to, first, count):
        with db.writing(own.engine) as connection:
            _store(connection, desk, first + done, made)
        done += len(made)
        say(f"{done:,} of {count:,} cases")
    own.refresh()
    then(own, range(first, first + count))


def work_on(own: Work, numbers: range) -> None:
    """Read the newest of these cases; answer some, give some to a unit in the tipster's words, close some."""
    newest = list(reversed(numbers))[: min(len(numbers) // 5, WORKED_ON)]
    with own.engine.connect() as connection:
        units = route_keys.units(connection, own.member)
    giving = Giving(Reason("urgent"), approval=False)
    for place, number in enumerate(newest):
        case.open_(own, number)
        if place % 4 == 0:
            reply.send(own, number, _ANSWER)
        elif place % 4 == 1 and units:
            route.send(own, number, units[place % len(units)].id, giving)
        elif place % 4 == 2:
            closing.close(own, number, Disposition(INSUFFICIENT))


def _to(own: Work, desk: Desk, keys: Path, root_public: bytes, numbers: range) -> _To:
    newest = max(epoch_key.there(keys))
    key = epoch_key.read(keys, newest)
    if key is None:
        raise SettingsError("the key file of the epoch cannot be read")
    private, suite = desk.keys[newest], own.member.suite
    return _To(
        suite=suite.code,
        agency=agency_id(root_public),
        epoch=newest,
        desk=desk.id,
        desk_key=private.public,
        sorting=key.seed,
        at_rest=desk.at_rest.public,
        private=private.seed,
        today=clock.day_number(),
        newest=numbers[-1],
        count=len(numbers),
    )


def _sealed(to: _To, first: int, count: int) -> Iterator[list[_Made]]:
    """Seal in as many processes as there are cores, and yield in order what came of it."""
    starts = range(first, first + count, _AT_ONCE)
    parts = [range(at, min(at + _AT_ONCE, first + count)) for at in starts]
    with ProcessPoolExecutor(
        len(os.sched_getaffinity(0)), multiprocessing.get_context("spawn"), _begin, (to,)
    ) as pool:
        yield from pool.map(_make_all, parts)


_HERE: list[tuple[_To, Suite, PrivateKey, PrivateKey]] = []


def _begin(to: _To) -> None:
    suite = suite_of(to.suite)
    _HERE[:] = [(to, suite, suite.private(to.private), suite.private(to.sorting))]


def _make_all(numbers: range) -> list[_Made]:
    return [_make(number) for number in numbers]


def _make(number: int) -> _Made:
    to, suite, private, sorting = _HERE[0]
    place = to.newest - number
    tip, entropy = invented.tip(place), receipt.generate()
    keys = receipt.keys(suite, entropy, to.agency)
    said = message.Message(
        kind="tip", via="page", lang=tip.lang, category=tip.category, danger=tip.danger, desk=to.desk,
        acknowledgement=keys.acknowledgement, thread=keys.thread, counter=0, text=tip.text,
    )  # fmt: skip
    address = sealing.Address(suite, to.agency, to.epoch, [to.desk_key], [sorting.public])
    what = docket.Docket(to.desk, tip.danger, keys.acknowledgement)
    envelope = sealing.seal(address, what, keys, message.encode(said))
    id_, day = rewrap.envelope_id(envelope), to.today - _ago(place, to.count)
    found = sort.sort(envelope, to.agency, {to.epoch: sorting}, day)
    key = opening.open_stanza(envelope, private)
    assert key is not None and found.token is not None  # noqa: PT018 -- sealed to it a moment ago
    sealed = rewrap.rewrap(suite, to.at_rest, id_, to.desk, stanza.Stanza(stanza.WHOLE, key))
    entry = sources.of_message(id_, said, whole=True, country="")
    return _Made(envelope, id_, day, tip.danger, found.token, sealed, entry.encode())


def _ago(place: int, count: int) -> int:
    """Return how many days ago the case at *place* came: earlier ones earlier, most of them lately."""
    days = _A_SEASON if count <= _SEASONAL else _YEARS
    return int(days * (place / count) ** 1.3)


def _store(connection: Connection, desk: Desk, first: int, made: Sequence[_Made]) -> None:
    numbered = list(enumerate(made, first))
    rows = {
        tables.case: [
            {
                "id": number,
                "desk": desk.id,
                "status": disposition.NEW,
                "priority": disposition.priority(one.danger),
                "day": one.day,
            }
            for number, one in numbered
        ],
        tables.envelope: [
            {
                "id": one.id,
                "bytes": one.envelope,
                "day": one.day,
                "desk": desk.id,
                "danger": one.danger,
                "case": number,
                "acknowledgement_day": one.day,
            }
            for number, one in numbered
        ],
        tables.stanza: [
            {"envelope": one.id, "desk": desk.id, "key": desk.newest, "sealed": one.sealed} for one in made
        ],
        # Tokens are published for some days only.
        tables.token: [
            {"token": one.token, "day": one.day, "dummy": False}
            for one in made
            if clock.day_number() - one.day < acknowledgement.DAYS
        ],
    }
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    lines, at = [one.entry for one in made], first
    for group in segment_box.split(lines):
        segments.write(connection, desk, group, range(at, at + len(group)))
        at += len(group)
    newest = connection.scalar(select(func.max(tables.envelope.c.seq)))
    connection.execute(delete(tables.tried).where(tables.tried.c.desk == desk.id))
    connection.execute(insert(tables.tried).values(desk=desk.id, seq=newest))


def _next_case(engine: Engine) -> int:
    with engine.connect() as connection:
        return (connection.scalar(select(func.max(tables.case.c.id))) or 0) + 1

"""A case with everything in it that is shredded, and who has copies, every passphrase and every share."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine, select

from tests.cases import attack
from tests.conftest import OFFICERS, PASSPHRASE, RAW, REPORT, Agency
from tipline import clock, db, tables
from tipline.assessment import second
from tipline.cases import case, reply
from tipline.cases.work import Work
from tipline.ceremony import shares
from tipline.closing import closing, hold, outcome, shredding
from tipline.closing.disposition import OTHER_AGENCY, Disposition
from tipline.closing.outcome import Report
from tipline.closing.settings import Retention
from tipline.keys import desk as desk_keys
from tipline.keys import epoch_key, epoch_rows, officer, recovery, rest_lock, roll
from tipline.papers import notes, paper_box, report
from tipline.papers.reason import Reason
from tipline.routing import response, route, route_state, taken
from tipline.seal import opening, rewrap
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.talk import drafts

__all__ = ["replace"]
POLICY = Retention()
ERASURE = "erasure"
#: Words that stand in the case, each in another place.
WORDS = ("The tipster's words.", "More of them.", "What the report says.", "A note.", "Asked.", "An answer.",
         "A draft.")  # fmt: skip


@dataclass
class Copies:
    """What a thief has: the database and the folder of keys from *before*, and the ids of the case's rows."""

    folder: Path
    rows: set[tuple[str, bytes]]
    parts: tuple[bytes, ...]

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def opens(self, agency_: Agency, keys: Path) -> set[tuple[str, bytes]]:
        """Return which of the case's rows open in the copy, with all passphrases, shares and these *keys*."""
        engine = db.open_engine(self.folder / "console.db")
        try:
            held = list(everything(engine, keys, agency_))
            return attack.opens(engine, HYBRID, held) & self.rows
        finally:
            engine.dispose()

    def opens_the_tip(self, agency_: Agency, keys: Path) -> bool:
        """Tell whether a message of the case opens, by what it was sealed to: a short look."""
        engine = db.open_engine(self.folder / "console.db")
        at, what = tables.stanza, tables.envelope
        with engine.connect() as connection:
            query = select(at, what.c.bytes).join(what, what.c.id == at.c.envelope).where(what.c.case == 1)
            rows = connection.execute(query).all()
            held = everything(engine, keys, agency_)
        engine.dispose()
        return any(
            rewrap.unwrap(key, row.envelope, row.desk, row.sealed) or opening.open_stanza(row.bytes, key)
            for row in rows
            for key in held
        )


def everything(engine: Engine, keys: Path, agency_: Agency) -> list[PrivateKey]:
    """Return every private key that all officers and all holders together can have, by these key files."""
    found: list[PrivateKey] = []
    with engine.connect() as connection:
        people = connection.execute(select(tables.officer.c.id, tables.officer.c.sealed)).all()
        for_members = connection.execute(select(tables.member_key)).all()
        for_holders = connection.execute(select(tables.recovery_key)).all()
    unlocked = {row.id: officer.unlock(row.sealed, PASSPHRASE) for row in people}
    for row in for_members:
        lock = rest_lock.read(keys, row.desk, row.epoch)
        who = unlocked[row.officer]
        found.append(desk_keys.open_as_member(who, row.desk, row.epoch, row.sealed, lock))
    for row in for_holders:
        lock = rest_lock.read(keys, row.desk, row.epoch)
        holders = HYBRID.private(shares.combine(agency_.made.shares[row.desk][:3]))
        secret = recovery.open_as_holders(holders, row.desk, row.epoch, row.sealed)
        found.append(desk_keys.disclosed(HYBRID, secret, row.desk, lock))
    unique = {key.seed: key for key in found if key is not None}
    return [*unique.values(), *(who.opening for who in unlocked.values())]


def fill(agency_: Agency) -> None:
    """Make case 1, with everything in it, and case 2 beside it; close the first."""
    keys = agency_.tip(WORDS[0], files=(agency_.file(b"a picture"),))
    agency_.tip("Words of another tipster.")
    agency_.receive(agency_.seal(keys, WORDS[1], kind="follow-up", counter=1))
    alice, unit = agency_.work("Alice"), agency_.desk("Narcotics")
    case.open_(alice, 1)
    taken.take(alice, 1)
    report.write(alice, 1, WORDS[2], paper_box.new_id(), 0)
    notes.note(alice, 1, WORDS[3], paper_box.new_id())
    route.send(alice, 1, unit, RAW)
    route.send(alice, 1, agency_.desk("Traffic"), REPORT, route_state.INFORM)
    bob = agency_.work("Bob")
    case.open_(bob, 1)
    response.accept(bob, 1, unit)
    notes.ask(bob, 1, WORDS[4], paper_box.new_id())
    outcome.report(bob, 1, Report("arrests", count=2))
    reply.send(alice, 1, WORDS[5])
    taken.hand_back(alice, 1)
    drafts.keep(agency_.work("Alan"), 1, WORDS[6])
    closing.close(alice, 1, Disposition(OTHER_AGENCY, words="Customs."))


def copy(agency_: Agency, to: Path) -> Copies:
    """Copy the database and the keys as they are now."""
    folder = agency_.made.console.parent
    to.mkdir()
    for path in folder.glob("console.db*"):
        shutil.copy(path, to / path.name)
    shutil.copytree(folder / "keys", to / "keys")
    own = {}
    with agency_.engine.connect() as connection:
        envelopes = connection.execute(select(tables.envelope).where(tables.envelope.c.case == 1)).all()
        papers = connection.execute(select(tables.paper).where(tables.paper.c.case == 1)).all()
        replies = connection.execute(select(tables.reply).where(tables.reply.c.case == 1)).all()
        drafts_ = connection.execute(select(tables.draft).where(tables.draft.c.case == 1)).all()
        parcels = connection.execute(select(tables.parcel)).all()
        sealed = [
            *connection.scalars(select(tables.segment.c.sealed)),
            *connection.scalars(select(tables.paper_key.c.sealed)),
            *connection.scalars(
                select(tables.stanza.c.sealed).where(tables.stanza.c.envelope.in_([e.id for e in envelopes]))
            ),
        ]
    own = {("envelope", row.id) for row in envelopes} | {("reply", row.id) for row in replies}
    own |= {(table, row.id) for row in papers for table in ("paper", "paper_key")}
    own |= {("draft", row.officer) for row in drafts_}
    parts = [*(row.bytes for row in (*envelopes, *parcels))]
    parts += [row.sealed for row in (*papers, *replies, *drafts_)]
    return Copies(to, own, tuple(one[-200:] for one in (*parts, *sealed)))


def proposed(own: Work, act: str, number: int = 1) -> int:
    """Return the number of what waits for a second officer."""
    desk = own.access(number).desk.id
    with own.engine.connect() as connection:
        return next(one.seq for one in second.waiting(connection, desk, number) if one.act == act)


def shred(agency_: Agency) -> None:
    """Two officers have case 1 shredded."""
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    shredding.ask(alice, 1, ERASURE, POLICY)
    shredding.confirm(alan, 1, proposed(alan, second.SHRED), POLICY)


def everybody_signs_in(agency_: Agency) -> None:
    """Every desk's next officer is there for a while."""
    for name, _ in OFFICERS:
        own = agency_.work(name)
        for _ in range(4):
            own.refresh()


def end_the_week(agency_: Agency) -> None:
    """The case's epoch ends as the collector ends it, and another one is there."""
    epoch = agency_.made.epoch
    with db.writing(agency_.engine) as connection:
        roll.make(connection, agency_.keys, epoch + 1, agency_.recovery)
        epoch_rows.delete_keys(connection, epoch, clock.day_number())
    epoch_key.destroy(agency_.keys, epoch)


def place_hold(own: Work, number: int = 1) -> None:
    """An officer has the case held."""
    hold.place(own, number, Reason("court"))

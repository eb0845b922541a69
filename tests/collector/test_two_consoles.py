"""Two whole consoles on one relay: real intake, real collectors, each with its own database and keys."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.collector.conftest import Office, make_office
from tipline import clock, db, tables, tip
from tipline.backup import note
from tipline.board import board
from tipline.board.board import BoardSection
from tipline.collector.run import run
from tipline.errors import KeyringError, RelayError
from tipline.intake.serve import Intake
from tipline.keyring import section
from tipline.keyring.keyring import Keyring
from tipline.keys import epoch, epoch_rows, files
from tipline.keys.officer import CHEAPEST
from tipline.keys.signing import SigningKey
from tipline.setup import agency
from tipline.setup.plan import OVERSIGHT, OfficerPlan, Plan
from tipline.setup.settings_files import FOR_RELAY, to_toml
from tipline.tip import Tip
from tipline.wire.shapes import Posting

ABOUT_POLICE = OVERSIGHT[0][0]
TODAY = clock.today()

pytestmark = pytest.mark.usefixtures("makes_epochs_here")


class Beside:
    """The police's office with its relay, and an oversight body that can join and leave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.police = make_office(folder / "police", collected_delay_days=0)
        self.police.make_rack()
        self.overseers: Office | None = None

    def join(self) -> Office:
        """Make the overseers' console under the police's root, and give the relay its line."""
        root = SigningKey(files.read(self.police.made.root_key, files.ROOT))
        plan = Plan(
            self.folder / "oversight",
            "Ombudsman",
            (OfficerPlan("Ines", "ines ines ines ines", ("Triage",)),),
            console="oversight",
            relay=self.police.holding.settings.relay,
            categories=OVERSIGHT,
            profile=CHEAPEST,
            settings={"collected_delay_days": 0},
        )
        made = agency.create(plan, root=root, lists=[self.police.holding.revocations])
        line = tomllib.loads((made.data / FOR_RELAY).read_text())
        self.set_consoles({**self.settings["consoles"], **line["consoles"]})
        self.overseers = Office(made)
        return self.overseers

    @property
    def settings(self) -> dict:
        return tomllib.loads(self.police.made.intake.read_text())

    def set_consoles(self, consoles: dict[str, str]) -> None:
        self.police.made.intake.write_text(to_toml("x", {**self.settings, "consoles": consoles}))

    @contextmanager
    def relay(self) -> Iterator[None]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            intake = Intake(self.police.intake)
        with intake:
            yield

    def round(self, *offices: Office) -> None:
        """One round of the real collector of each."""
        for office in offices:
            run(office.made.console, once=True)

    def tell(self, category: str) -> bytes:
        """Seal as the page does, to the keyring that the relay serves, and send; return the envelope's id."""
        draft = tip.address(self.police.keyring(), Tip(category, "yes", "He warns them.", "tool"))
        return self.police.send("e", tip.seal(draft, lambda _: None))

    def close(self) -> None:
        for office in (self.police, self.overseers):
            if office:
                office.engine.dispose()


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Beside]:
    made = Beside(tmp_path)
    yield made
    made.close()


def row(office: Office, key: bytes):
    return next((row for row in office.rows(tables.envelope) if row.id == key), None)


def boards(office: Office) -> dict[str, BoardSection]:
    """Return the served board's sections by console."""
    listed = office.keyring().revocations
    sections = board.verified(office.get("/board"), office.holding.root_public, listed)
    return {one.head.console: one for one in sections}


def at_relay(office: Office, key: bytes) -> bool:
    with office.relay() as relay:
        return relay.envelope(key) is not None


def consoles(ring: Keyring) -> list[str]:
    return [vouched.section.console for vouched in ring.sections]


def test_both_collect_all_and_each_reads_its_own(beside: Beside):
    """The relay deletes when both have it; dockets, boards and signs of arrival are each console's own."""
    police, overseers = beside.police, beside.join()
    with beside.relay():
        beside.round(overseers, police)
        assert consoles(police.keyring()) == ["agency", "oversight"]
        assert police.keyring().missing == ()
        about_police, about_drugs = beside.tell(ABOUT_POLICE), beside.tell("drugs")
        beside.round(police)
        assert at_relay(police, about_police)
        assert at_relay(police, about_drugs)
        replies = {"agency": police.reply(), "oversight": overseers.reply()}
        beside.round(overseers, police)
        assert not at_relay(police, about_police)
        assert not at_relay(police, about_drugs)
        served = boards(police)
        for office, mine, others in (
            (police, about_drugs, about_police),
            (overseers, about_police, about_drugs),
        ):
            assert row(office, mine).desk == office.made.desks["Triage"]
            assert (row(office, others).desk, row(office, others).broken) == (None, None)
            shown = served[office.holding.settings.console]
            assert set(replies[office.holding.settings.console]) <= set(shown.slots)
            real = [kept.token for kept in office.rows(tables.token) if not kept.dummy]
            assert len(real) == 1
            assert set(real) <= shown.tokens


def test_one_console_that_is_down_for_days_stops_nothing_of_the_other(beside: Beside, on_day):
    """The other collects, answers and renews its keyring; what came meanwhile waits for both."""
    police, overseers = beside.police, beside.join()
    with beside.relay():
        beside.round(overseers, police)
        for days in (1, 8, 15):
            on_day(TODAY + timedelta(days=days))
            beside.round(police)
            slots, told = police.reply(), beside.tell("drugs")
            beside.round(police)
            assert row(police, told).desk == police.made.desks["Triage"]
            assert set(slots) <= set(boards(police)["agency"].slots)
            assert at_relay(police, told)
        ring = police.keyring()
        ring.check_dates("drugs", clock.today())
        with pytest.raises(KeyringError, match="dates"):
            ring.check_dates(ABOUT_POLICE, clock.today())
        beside.round(overseers, police)
        police.keyring().check_dates(ABOUT_POLICE, clock.today())
        with overseers.relay() as relay:
            assert not relay.list().envelopes


def test_each_opens_what_is_its_own_whatever_epoch_the_other_has(beside: Beside):
    """The envelope bears one number, and the other console's may be ahead: nothing is called broken."""
    police, overseers = beside.police, beside.join()
    with db.writing(overseers.engine) as connection:
        epoch_rows.raise_floor(connection, epoch.of(clock.day_number()) + 3)
    with beside.relay():
        beside.round(overseers, police)
        assert len({vouched.section.epoch for vouched in police.keyring().sections}) == 2
        told = {category: beside.tell(category) for category in ("drugs", ABOUT_POLICE)}
        beside.round(overseers, police)
        for office, category in ((police, "drugs"), (overseers, ABOUT_POLICE)):
            assert row(office, told[category]).desk == office.made.desks["Triage"]
            assert {row(office, key).broken for key in told.values()} == {None}


def test_the_agency_s_signer_takes_neither_desk_nor_category_of_the_overseers(beside: Beside):
    """With its key, its certificate and its handover secret, before the overseers have posted anything."""
    police, overseers = beside.police, beside.join()
    desk = overseers.made.desks["Triage"]
    with beside.relay():
        beside.round(police)
        with overseers.relay() as relay:
            relay.put_keyring(Posting(overseers.holding.revocations).pack())
        own = police.keyring().sections[0].section
        about = section.Category(ABOUT_POLICE, "About the police", own.desks[0].id)
        for changes, failure in (
            ({"desks": (*own.desks, replace(own.desks[0], id=desk))}, "desks"),
            ({"categories": (about,)}, "categories"),
            ({"console": "oversight"}, "console"),
        ):
            signed = police.holding.signer.sign_section(replace(own, serial=own.serial + 9, **changes))
            thief = Posting(overseers.holding.revocations, (police.holding.signer.vouching, signed))
            with police.relay() as relay, pytest.raises(RelayError, match=failure):
                relay.put_keyring(thief.pack())
        ring = police.keyring()
        assert [one.name for one in ring.missing] == ["oversight"], "what is not there is missed"
        beside.round(overseers)
        assert police.keyring().find(ABOUT_POLICE)[2].id == desk


def test_a_console_joins_later_and_leaves_for_good(beside: Beside):
    """What waited before it joined is collected by both; once its line is gone, nothing waits for it."""
    police = beside.police
    with beside.relay():
        beside.round(police)
        before = beside.tell("drugs")
    overseers = beside.join()
    with beside.relay():
        beside.round(overseers, police)
        assert row(overseers, before) is not None
        waits = beside.tell(ABOUT_POLICE)
        beside.round(police)
        assert at_relay(police, waits), "the overseers have not got it yet"
    beside.set_consoles({"agency": beside.settings["consoles"]["agency"]})
    with beside.relay():
        assert consoles(police.keyring()) == ["agency"]
        assert boards(police).keys() == {"agency"}
        beside.round(police)
        assert not at_relay(police, waits), "lost for the overseers: they are to collect before they leave"
        with pytest.raises(RelayError):
            beside.round(overseers)
        with pytest.raises(KeyringError, match="category"):
            beside.tell(ABOUT_POLICE)


def test_a_console_restored_from_before_the_other_joined_goes_on(beside: Beside):
    """Its list names itself alone, and the relay's names both: it takes the newer one over."""
    police = beside.police
    before = police.holding.settings.folder / "revocations"
    old = before.read_bytes()
    overseers = beside.join()
    with beside.relay():
        beside.round(overseers, police)
        assert before.read_bytes() != old
        before.write_bytes(old)
        with db.writing(police.engine) as connection:
            note.write_restored(connection, note.Restored(clock.day_number() - 9, clock.day_number()))
        beside.round(police)
        assert before.read_bytes() != old
        assert consoles(police.keyring()) == ["agency", "oversight"]
        assert boards(police).keys() == {"agency", "oversight"}

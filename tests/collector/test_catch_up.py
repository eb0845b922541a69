"""An old database beside a newer relay: what was published since is asked for, and goes on from there."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.collector.test_signer import steal_and_replace
from tipline import clock, db, tables
from tipline.backup import note
from tipline.board import board
from tipline.collector.catch_up import catch_up
from tipline.collector.run import run, tasks
from tipline.errors import KeyringError, RelayError
from tipline.intake.published import Published
from tipline.keys import epoch, epoch_key, epoch_rows, rows
from tipline.setup import install
from tipline.wire.shapes import Posting

pytestmark = pytest.mark.usefixtures("makes_epochs_here")


class Old:
    """The database and the epochs' keys as they are now, to be put back later."""

    def __init__(self, office, folder: Path) -> None:
        self.office, self.copy = office, folder / "old.db"
        self.path, self.keys = office.holding.database, office.holding.keys
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("VACUUM INTO ?", (str(self.copy),))
        self.held = epoch_key.there(self.keys)
        self.day = clock.day_number()

    def put_back(self) -> None:
        """As a restore does it: what was made since is not there."""
        self.office.engine.dispose()
        for path in self.path.parent.glob("console.db*"):
            path.unlink()
        self.copy.rename(self.path)
        for number in epoch_key.there(self.keys) - self.held:
            epoch_key.destroy(self.keys, number)
        with db.writing(self.office.engine) as connection:
            note.write_restored(connection, note.Restored(self.day, clock.day_number()))


@pytest.fixture
def round_(served) -> Callable[[], None]:
    """One round of the real collector with the real intake."""
    return lambda: run(served.made.console, once=True)


def section(served):
    return served.keyring().sections[0].section


def floor(served) -> int:
    with served.engine.connect() as connection:
        return epoch_rows.floor(connection)


def test_serials_go_on_above_the_relays_on_the_same_day(served, round_, tmp_path: Path):
    """Keyring and board are taken, though the database remembers none of what was posted since."""
    round_()
    old = Old(served, tmp_path)
    for _ in range(5):
        served.reply()
        round_()
    newest = served.board().head.serial
    old.put_back()
    round_()
    assert served.board().head.serial == newest + 1
    assert floor(served) == 0, "the epoch that is published is held: it goes on"


def test_what_it_says_comes_under_no_serial_that_said_something_else(served, round_, tmp_path: Path):
    """The lost machine published another category: the restored one says what it knows, as newer."""
    round_()
    old = Old(served, tmp_path)
    known = section(served)
    with db.writing(served.engine) as connection:
        rows.add_category(connection, "boats", "Boats", served.made.desks["Triage"])
    round_()
    assert len(section(served).categories) == len(known.categories) + 1
    newest = section(served).serial
    old.put_back()
    round_()
    assert (section(served).serial, section(served).categories) == (newest + 1, known.categories)


@pytest.fixture
def week(served, on_day) -> int:
    """The number of next week, which begins: the keys of the week after it are not made yet."""
    number = served.made.epoch + 1
    on_day(clock.from_day_number(epoch.first_day(number)))
    return number


def test_an_epoch_that_is_lost_gives_its_number_to_no_other_key(served, round_, week, tmp_path, on_day):
    """The next number's keys are made and published at once, before their week, and the relay takes them."""
    round_()
    old = Old(served, tmp_path)
    on_day(clock.from_day_number(epoch.first_day(week + 1)))
    round_()
    assert section(served).epoch == week + 1
    old.put_back()
    round_()
    assert section(served).epoch == week + 2
    assert week + 1 not in {row.epoch for row in served.rows(tables.epoch)}
    # Its own week comes, and it goes on.
    on_day(clock.from_day_number(epoch.first_day(week + 2)))
    round_()
    assert section(served).epoch == week + 2


def test_a_number_that_nobody_can_have_used_is_used(served, round_, week, tmp_path, on_day):
    """The keys for the next week were made and lost, but never published."""
    round_()
    old = Old(served, tmp_path)
    monday = epoch.first_day(week + 1)
    on_day(clock.from_day_number(monday - 1))
    round_()
    assert week + 1 in epoch_key.there(served.holding.keys)
    old.put_back()
    on_day(clock.from_day_number(monday))
    round_()
    assert (section(served).epoch, floor(served)) == (week + 1, 0)


def test_with_an_empty_relay_the_date_decides(served, round_, week, tmp_path, on_day):
    """Both machines are lost: a page somewhere may still show this week's keys, if they were others."""
    Old(served, tmp_path).put_back()
    on_day(clock.from_day_number(epoch.first_day(week + 2)))
    round_()
    assert section(served).epoch == week + 3


def test_nothing_is_published_before_the_relay_has_spoken(office, tmp_path: Path, on_day):
    """It cannot be reached: no epoch is made, and the question stays open."""
    Old(office, tmp_path).put_back()
    on_day(clock.from_day_number(epoch.first_day(office.made.epoch + 1)))
    with pytest.raises(RelayError):
        run(office.made.console, once=True)
    assert [row.epoch for row in office.rows(tables.epoch)] == [office.made.epoch]
    with office.engine.connect() as connection:
        assert note.read_restored(connection).asked is False


def test_a_signer_replaced_before_the_first_start_is_in_nobodys_way(served, round_, tmp_path: Path):
    """The lost machine is in other hands: its signer is revoked, and the relay still shows its work."""
    round_()
    Old(served, tmp_path).put_back()
    old = served.keyring().sections[0].certificate.signer
    install.install(served.made.data, steal_and_replace(served))
    round_()
    assert served.keyring().sections[0].certificate.signer != old
    del served.holding
    assert served.board().certificate.signer != old


@pytest.mark.parametrize("changes", [{"serial": 2**32 - 1}, {"epoch": 2**32 - 1}, {"epoch": 2**31}])
def test_a_thief_who_published_the_last_number_stops_nobody_for_ever(served, round_, tmp_path, changes):
    """Before the signer is revoked nothing is taken over from them; afterwards all goes on as before."""
    round_()
    Old(served, tmp_path).put_back()
    held, own = served.holding, served.keyring().sections[0]
    stolen = replace(own.section, **{"serial": own.section.serial + 1, **changes})
    with served.relay() as relay:
        signed = held.signer.vouching, held.signer.sign_section(stolen)
        relay.put_keyring(Posting(held.revocations, signed).pack())
    with pytest.raises(KeyringError) as refused:
        round_()
    assert refused.value.failure == "signer"
    install.install(served.made.data, steal_and_replace(served))
    round_()
    (now,) = served.keyring().sections
    assert now.certificate.signer != own.certificate.signer
    assert (now.section.epoch, floor(served)) == (own.section.epoch, 0)


def test_a_thief_of_the_boards_numbers_stops_nobody_for_ever(served, round_, tmp_path: Path):
    """The board is numbered for itself."""
    round_()
    Old(served, tmp_path).put_back()
    held, own = served.holding, served.board()
    last = {"serial": 2**32 - 1, "slots": 0, "tokens": 0, "sha256": board.digest([], [])}
    head = held.signer.sign_head(replace(own.head, **last))
    with served.relay() as relay:
        relay.put_board(board.pack_section(held.signer.vouching, head, [], []))
    with pytest.raises(KeyringError):
        round_()
    install.install(served.made.data, steal_and_replace(served))
    round_()
    del served.holding
    assert served.board().head.serial < 2**32 - 1


@pytest.mark.parametrize("name", ["keyring", "board"])
def test_what_it_says_must_be_signed(served, round_, tmp_path: Path, name: str):
    """A relay that shows another thing than what this agency signed is not believed."""
    round_()
    Old(served, tmp_path).put_back()

    class Lying:
        def put_keyring(self, _: bytes) -> None:
            pass

        def __getattr__(self, asked: str) -> object:
            with served.relay() as relay:
                said = bytearray(getattr(relay, asked)())
            said[-40] ^= asked == name
            return lambda: bytes(said)

    with pytest.raises(KeyringError):
        catch_up(Lying(), served.engine, served.holding)


def test_it_asks_once(served, round_, tmp_path: Path):
    """And never when nothing was restored."""

    class Silent:
        def __getattr__(self, name: str) -> object:
            pytest.fail(f"it asked for {name}")

    round_()
    catch_up(Silent(), served.engine, served.holding)
    Old(served, tmp_path).put_back()
    round_()
    catch_up(Silent(), served.engine, served.holding)
    with served.engine.connect() as connection:
        assert connection.scalar(select(tables.state.c.value).where(tables.state.c.name == "restored"))


def test_a_relay_that_was_set_up_anew_is_filled_at_once(served, round_):
    """Keyring and board are posted again, though nothing changed and the day is the same."""
    (reply,) = served.reply()
    folder = served.intake.folder
    relay = InProcess(Published(folder, served.made.fingerprint, served.intake.consoles, {}))
    work = {one.name: one for one in tasks(relay, served.engine, served.holding, threading.Event())}

    def again() -> list[str]:
        return [work[name].work(work[name].first) for name in ("keyring", "board")]

    for name in ("keyring", "board"):
        work[name].do()
    assert again() == ["", ""]
    for path in (folder / "published").iterdir():
        path.unlink()
    relay.published = Published(folder, served.made.fingerprint, served.intake.consoles, {})
    assert again() == ["posted", "posted"]
    assert relay.published.keyring is not None
    assert reply in relay.published.board_bytes
    assert again() == ["", ""]


class InProcess:
    """The relay's published files without its port."""

    def __init__(self, published: Published) -> None:
        self.published = published

    def keyring(self) -> bytes | None:
        return self.published.keyring_bytes if self.published.keyring else None

    def board(self) -> bytes:
        return self.published.board_bytes

    def put_keyring(self, body: bytes) -> None:
        self.published.post_keyring("agency", body)

    def put_board(self, body: bytes) -> None:
        self.published.post_board("agency", body)

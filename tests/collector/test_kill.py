"""The collector, and the relay, are killed between any two steps: nothing is lost and nothing doubled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tipline import tables
from tipline.collector.run import run
from tipline.wire.shapes import Offer

DRIVER = Path(__file__).with_name("driver.py")
INTAKE = Path(__file__).with_name("intake.py")
STEPS_MAX = 40
#: Where a round with an envelope and a parcel posts the keyring, fetches, acknowledges, posts the board.
RELAY_STEPS = (2, 5, 9, 11)


class Killing:
    """An agency, its intake as a process of its own, and the driver that kills."""

    def __init__(self, office, folder: Path) -> None:
        self.office, self.heads = office, folder / "heads"
        self.sent: dict[str, set[bytes]] = {"e": set(), "p": set()}
        self.tokens: set[bytes] = set()
        self.answers: list[bytes] = []
        self.boards: list[tuple[int, bytes]] = []
        self.heads.touch()
        office.make_rack()
        self.intake = self._start_intake()
        self.driver = subprocess.Popen(
            [sys.executable, DRIVER, office.made.console, self.heads],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        run(office.made.console, once=True)

    def _start_intake(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, INTAKE, self.office.made.intake]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        if not any(b"serving" in line for line in process.stdout):
            process.kill()
            pytest.fail("intake did not start")
        return process

    def close(self) -> None:
        for process in (self.driver, self.intake):
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def send(self) -> None:
        """A tipster sends a tip with a file, an officer answers somebody."""
        self.sent["p"].add(self.office.send_parcel())
        envelope, keys = self.office.send_tip()
        self.sent["e"].add(envelope)
        self.tokens.add(self.office.token(keys))
        self.answers += self.office.reply()

    def kill(self, step: int, when: str, victim: str) -> str:
        """Run the collector until it is killed, or its relay is; return how it ended."""
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        self.driver.stdin.write(f"{step} {when} {victim}\n")
        self.driver.stdin.flush()
        return self.driver.stdout.readline().strip()

    def restart_intake(self) -> None:
        self.intake.kill()
        self.intake.wait()
        assert self.intake.stdout is not None
        self.intake.stdout.close()
        self.intake = self._start_intake()

    def look(self) -> None:
        """Note which board is served."""
        self.boards.append((self.office.board().head.serial, self.office.get("/board")))

    def check_all_is_well(self) -> None:
        """What was sent is stored once, acknowledged, told once; no serial stands for two boards."""
        office = self.office
        assert office.waiting() == Offer({}, {})
        for kind, table in (("e", tables.envelope), ("p", tables.parcel)):
            stored = [row.id for row in office.rows(table)]
            assert sorted(stored) == sorted(self.sent[kind])
        real = [row.token for row in office.rows(tables.token) if not row.dummy]
        assert sorted(real) == sorted(self.tokens)
        shown = office.board()
        assert self.tokens <= shown.tokens
        assert set(self.answers) <= set(shown.slots)
        assert all(row.posted for row in office.rows(tables.slot))
        self.check_heads()

    def check_heads(self) -> None:
        posted = [line.split() for line in self.heads.read_text().splitlines()]
        assert len({serial for serial, _ in posted}) == len({(serial, head) for serial, head in posted})
        assert len({serial for serial, _ in self.boards}) == len(set(self.boards))
        serials = [serial for serial, _ in self.boards]
        assert serials == sorted(serials)


@pytest.fixture
def killing(office, tmp_path: Path) -> Iterator[Killing]:
    test = Killing(office, tmp_path)
    yield test
    test.close()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("when", ["before", pytest.param("after", marks=pytest.mark.assurance)])
def test_it_survives_its_own_death_at_any_step(killing: Killing, when: str):
    """Killed at every request and every commit, before it and after it, and then run again."""
    for step in range(1, STEPS_MAX):
        killing.send()
        ended = killing.kill(step, when, "self")
        assert ended in {"killed", "ended"}
        killing.look()
        if ended == "ended":
            break
        run(killing.office.made.console, once=True)
        killing.look()
        killing.check_all_is_well()
    assert step > 12


@pytest.mark.timeout(240)
@pytest.mark.parametrize("when", ["before", pytest.param("after", marks=pytest.mark.assurance)])
def test_it_survives_the_death_of_its_relay(killing: Killing, when: str):
    """The relay is killed around requests of each kind; once it is back, a round brings everything in."""
    for step in RELAY_STEPS:
        killing.send()
        ended = killing.kill(step, when, str(killing.intake.pid))
        assert ended in {"failed", "ended"}
        killing.restart_intake()
        killing.look()
        run(killing.office.made.console, once=True)
        killing.look()
        killing.check_all_is_well()

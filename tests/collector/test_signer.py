"""The signer over months and through changes: what the collector does by itself, and what it says."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Self

import pytest

from tests.collector.conftest import Office
from tipline import clock
from tipline.ceremony import root
from tipline.ceremony.grant import Grant
from tipline.collector import holding
from tipline.collector.run import tasks
from tipline.collector.warn import warn
from tipline.errors import KeyringError, TiplineError
from tipline.keyring.signature import fingerprint
from tipline.keys import files, signer
from tipline.keys.signing import SigningKey
from tipline.setup import asking, install

DAY = timedelta(days=1)


pytestmark = pytest.mark.usefixtures("makes_epochs_here")


def root_of(office: Office) -> SigningKey:
    return SigningKey(files.read(office.made.root_key, files.ROOT))


def renew(office: Office, today: date) -> None:
    """Do what an administrator does every 90 days: request, certify, install."""
    key = root_of(office)
    asked = asking.request_of(office.made.console.parent)
    install.install(office.made.data, Grant(key.public, root.answer(key, asked, today)))


def steal_and_replace(office: Office) -> Grant:
    """Return the grant that revokes the signer in use and certifies the next one."""
    key, asked = root_of(office), asking.request_of(office.made.console.parent, new_signer=True)
    own = fingerprint(office.holding.signer.key.public)
    listed = root.revoke(key, asked.revocations, [own])
    return Grant(key.public, root.answer(key, asked, clock.today()), revocations=listed)


class Days:
    """A collector that runs on and on: each day its tasks are done once, in this process."""

    def __init__(self, office: Office, on_day: Callable[[date], None]) -> None:
        self.office, self.on_day, self.today = office, on_day, clock.today()
        self.failed: list[str] = []

    def __enter__(self) -> Self:
        self.relay = self.office.relay()
        self.work = tasks(self.relay, self.office.engine, self.office.holding, threading.Event())
        return self

    def __exit__(self, *_: object) -> None:
        self.relay._client.close()

    def next(self) -> None:
        self.today += DAY
        self.on_day(self.today)
        for task in self.work:
            try:
                task.do()
            except TiplineError as error:
                self.failed.append(f"{task.name}: {error}")


@pytest.mark.parametrize("count", [pytest.param(days, marks=pytest.mark.assurance) for days in (75, 200)])
def test_months_go_by_with_a_hand_on_it_every_seventy_days(served: Office, on_day, caplog, count: int):
    """On each day the keyring that is served holds, with some days to spare."""
    serials = []
    with caplog.at_level(logging.WARNING), Days(served, on_day) as days:
        for number in range(1, count + 1):
            days.next()
            keyring = served.keyring()
            keyring.sections[0].check_dates(days.today)
            (vouched,) = keyring.sections
            assert (vouched.section.not_after - days.today).days >= 6
            serials.append(vouched.section.serial)
            if number % 70 == 0:
                renew(served, days.today)
    assert days.failed == []
    assert serials == sorted(serials)
    # One a week, when the week's keys change or half of the section's days are over, and one a certificate.
    assert count // 7 <= len(set(serials)) <= count * 3 // 10
    assert vouched.certificate.serial == 1 + count // 70
    warned = [line for line in caplog.messages if "certificate" in line]
    assert {line.partition(":")[0] for line in warned} == {"Soon"}


@pytest.mark.assurance
def test_nobody_renews_and_everybody_is_told(served: Office, on_day, caplog):
    """From 30 days on, once a day and louder; no section says a day that its certificate does not."""
    last = served.holding.signer.certificate.not_after
    said: dict[int, list[str]] = {}
    with caplog.at_level(logging.WARNING), Days(served, on_day) as days:
        while days.today < last:
            caplog.clear()
            days.next()
            said[(last - days.today).days] = [line for line in caplog.messages if "certificate" in line]
            assert days.today <= served.keyring().sections[0].section.not_after <= last
        assert days.failed == []
        caplog.clear()
        days.next()
    assert [left for left, lines in said.items() if lines] == list(range(30, -1, -1))
    assert all(len(lines) <= 1 for lines in said.values())
    for left, label in ((30, "Soon"), (14, "Soon"), (7, "This week"), (2, "Urgent"), (0, "Urgent")):
        assert said[left][0].startswith(f"{label}: The certificate of this agency's signer ends")
    assert any(line.startswith("keyring: dates: valid from") for line in days.failed)
    over = "Over: The certificate of this agency's signer ended yesterday"
    assert any(line.startswith(over) for line in caplog.messages)
    with pytest.raises(KeyringError) as refused:
        served.keyring().sections[0].check_dates(days.today)
    assert refused.value.failure == "dates"


def test_it_warns_once_a_day_and_whenever_it_starts(office: Office, on_day, caplog):
    """Not every ten minutes: what is said all day long is read by nobody."""
    last = office.holding.signer.certificate.not_after
    counts = []
    for today, again in ((last, True), (last, False), (last, False), (last, True), (last - DAY, False)):
        on_day(today)
        caplog.clear()
        warn(office.engine, office.holding, again=again)
        counts.append(len([line for line in caplog.messages if "certificate" in line]))
    assert counts == [1, 0, 0, 1, 1]


def test_it_takes_a_new_signer_and_a_list_without_a_restart(served: Office, on_day):
    """The next round posts both; board and keyring are the new signer's."""
    with Days(served, on_day) as days:
        days.next()
        old = served.keyring().sections[0]
        install.install(served.made.data, steal_and_replace(served))
        days.next()
        new = served.keyring().sections[0]
    assert days.failed == []
    assert served.keyring().revocations.revoked == {fingerprint(old.certificate.signer)}
    assert new.certificate.signer != old.certificate.signer
    del served.holding
    assert served.board().certificate.signer == new.certificate.signer


def test_a_revoked_signer_posts_its_own_revocation_and_nothing_else(served: Office, on_day):
    """What it, or its thief, has published is gone at once, also before there is a new certificate."""
    with Days(served, on_day) as days:
        days.next()
        listed = steal_and_replace(served).revocations
        install.install(served.made.data, Grant(root_of(served).public, revocations=listed))
        days.next()
    assert any(line.startswith("keyring: revoked") for line in days.failed)
    with pytest.raises(AssertionError):
        served.keyring()


def test_what_cannot_be_used_is_named_and_what_was_goes_on(served: Office, on_day, caplog):
    """A damaged file, another root's list, another root's certificate."""
    folder, other = served.made.console.parent, SigningKey.generate()
    foreign = root.certify(other, "agency", other.public, [], clock.today())
    with caplog.at_level(logging.WARNING), Days(served, on_day) as days:
        days.next()
        for name, kind, data in (
            ("keys/signer.cert", files.CERTIFICATE, b"damaged"),
            ("keys/signer.cert", files.CERTIFICATE, foreign.pack()),
            ("revocations", files.REVOCATIONS, root.follow(other, []).pack()),
        ):
            before = (folder / name).read_bytes()
            files.replace(folder / name, kind, data)
            caplog.clear()
            days.next()
            assert any("stay as they were" in line for line in caplog.messages)
            served.keyring().sections[0].check_dates(days.today)
            (folder / name).write_bytes(before)
    assert days.failed == []


def test_the_running_program_takes_a_renewed_certificate(served: Office):
    """The real command, never started again: within its interval the new certificate is served."""
    config = served.made.console
    config.write_text(f"{config.read_text()}collect_seconds = 0.3\nboard_seconds = 0.3\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "tipline", "collector", "--config", config], stderr=subprocess.PIPE, text=True
    )
    try:
        lines = iter(process.stderr)
        assert any("keyring: posted" in line for line in lines)
        renew(served, clock.today())
        assert any("keyring: posted" in line for line in lines)
        assert served.keyring().sections[0].certificate.serial == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_half_of_a_change_is_not_taken(office: Office, caplog):
    """While a new key's certificate is not there yet, and when it is and the key has not moved yet."""
    held, given = office.holding, steal_and_replace(office)
    assert holding.again(held).signer.key.public == held.signer.key.public
    files.replace(held.keys / "signer.cert", files.CERTIFICATE, given.certificate.pack())
    assert (held.keys / signer.NEXT).exists()
    assert holding.again(held).signer.key.public != held.signer.key.public
    assert caplog.messages == []

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tipline import clock, db, tables
from tipline.collector.post_keyring import post_keyring
from tipline.errors import KeyringError, RelayError, SettingsError
from tipline.keys import files, root, rows
from tipline.keys.plan import CATEGORIES
from tipline.keys.signing import SigningKey
from tipline.seal.suite import PrivateKey


class Kept:
    """A relay that keeps what is posted."""

    def __init__(self) -> None:
        self.posted: list[bytes] = []

    def put_keyring(self, body: bytes) -> None:
        self.posted.append(body)


class Deaf:
    """A relay that answers nobody."""

    def put_keyring(self, _: bytes) -> None:
        raise RelayError("nobody there")


@pytest.fixture
def post(served):
    """Post to the real intake; return the section that it then serves, or None when nothing was posted."""

    def do(**how: bool):
        with served.relay() as relay:
            posted = post_keyring(relay, served.engine, served.holding, **how)
        return served.keyring().sections[0].section if posted else None

    return do


def test_it_publishes_what_the_rows_say(served, post):
    """The desk that receives, all categories, this epoch; valid for a fortnight from yesterday."""
    section = post()
    today = clock.today()
    assert (section.console, section.epoch) == ("agency", served.made.epoch)
    assert [(desk.id, desk.name) for desk in section.desks] == [(served.made.desks["Triage"], "Triage")]
    assert tuple((item.code, item.name) for item in section.categories) == CATEGORIES
    assert section.sorting == served.holding.sorting.public
    assert (section.not_before, section.not_after) == (today - timedelta(days=1), today + timedelta(days=13))
    served.keyring().check_dates(today)


def test_it_posts_once_and_again_when_it_is_asked_to(post):
    """The same section under the same serial, which intake takes twice."""
    first = post()
    assert post() is None
    assert post(again=True) == first


def test_it_posts_once_a_day(post, on_day):
    """A relay that was set up anew does not stay without a keyring."""
    first, today = post(), clock.today()
    on_day(today + timedelta(days=1))
    assert post() == first
    assert post() is None


@pytest.mark.parametrize(("days", "renewed"), [(5, False), (6, False), (7, True), (30, True)])
def test_it_renews_with_less_than_half_left(post, on_day, days: int, renewed: bool):
    """After a week the section is made anew: a week's silence of the agency is always survived."""
    first, today = post(), clock.today()
    on_day(today + timedelta(days=days))
    second = post()
    assert (second.serial > first.serial) == renewed
    assert (second.not_before > first.not_before) == renewed


def test_it_survives_a_clock_that_was_ahead(post, on_day):
    """A section from the future is replaced as soon as the clock is right."""
    today = clock.today()
    on_day(today + timedelta(days=40))
    ahead = post()
    on_day(today)
    section = post()
    assert section.serial == ahead.serial + 1
    assert section.not_before < today


def test_it_publishes_a_change_under_a_new_serial(served, post):
    """Another category or another key is another section."""
    first = post()
    with db.writing(served.engine) as connection:
        rows.add_category(connection, "piracy", "Piracy", served.made.desks["Triage"])
    second = post()
    assert (second.serial, second.categories[-1].code) == (first.serial + 1, "piracy")
    assert post() is None


def test_it_publishes_the_newest_epoch(served, post):
    """A new week's key replaces the old one; a desk without one is not published."""
    first = post()
    unit, member = PrivateKey.generate(), PrivateKey.generate()
    with db.writing(served.engine) as connection:
        people = {served.made.officers["Maria"]: member.public}
        triage = PrivateKey.generate()
        rows.add_desk_key(connection, served.made.desks["Triage"], served.made.epoch + 1, triage, people)
        rows.add_desk_key(connection, rows.add_desk(connection, "Unit", rows.UNIT), 0, unit, people)
    second = post()
    assert (second.epoch, second.serial) == (served.made.epoch + 1, first.serial + 1)
    assert [desk.key for desk in second.desks] == [triage.public]


def test_it_tries_again_what_did_not_arrive(office):
    """Not posted is not posted: the same section goes out in the next round."""
    with pytest.raises(RelayError):
        post_keyring(Deaf(), office.engine, office.holding)
    relay = Kept()
    assert post_keyring(relay, office.engine, office.holding)
    assert not post_keyring(relay, office.engine, office.holding)
    assert len(relay.posted) == 1


def test_it_signs_for_no_desk_that_the_root_did_not_name(office):
    """A desk that was added without the root is not published, and the old section stays in force."""
    with db.writing(office.engine) as connection:
        people = {office.made.officers["Maria"]: PrivateKey.generate().public}
        desk = rows.add_desk(connection, "Slipped in", rows.TRIAGE)
        rows.add_desk_key(connection, desk, office.made.epoch, PrivateKey.generate(), people)
    relay = Kept()
    with pytest.raises(KeyringError) as refused:
        post_keyring(relay, office.engine, office.holding)
    assert refused.value.failure == "desks"
    assert relay.posted == []


def test_it_says_when_the_certificate_ended(office, on_day):
    """After ninety days without the root nothing is signed."""
    on_day(clock.today() + timedelta(days=91))
    with pytest.raises(KeyringError) as refused:
        post_keyring(Kept(), office.engine, office.holding)
    assert refused.value.failure == "dates"


def test_it_publishes_nothing_without_a_key(office):
    """Only keys at rest: there is nothing to seal a tip to."""
    with db.writing(office.engine) as connection:
        connection.execute(tables.member_key.delete())
        connection.execute(update(tables.desk_key).where(tables.desk_key.c.epoch == 0).values(public=b"x"))
        connection.execute(tables.desk_key.delete().where(tables.desk_key.c.epoch > 0))
    with pytest.raises(SettingsError):
        post_keyring(Kept(), office.engine, office.holding)


def test_it_publishes_a_renewed_certificate(served, post):
    """With a certificate renewed by the root the same keys come under a new serial."""
    first = post()
    root_key = SigningKey(files.read(served.made.root_key, files.ROOT))
    renewed = root.renew(root_key, served.holding.signer.vouching, clock.today())
    path = served.made.console.parent / "keys" / "signer.cert"
    files.replace(path, files.CERTIFICATE, renewed.pack())
    del served.holding
    assert post().serial == first.serial + 1
    assert served.keyring().sections[0].certificate.serial == 2


def test_it_is_not_refused_after_a_backup_was_restored(served, post, on_day):
    """An agency that forgot three weeks is taken at once: its visitors would be shut out otherwise."""
    today = clock.today()
    post()
    before = served.rows(tables.state)
    for days in (7, 14, 21):
        on_day(today + timedelta(days=days))
        newest = post()
    with db.writing(served.engine) as connection:
        connection.execute(tables.state.delete())
        connection.execute(tables.state.insert(), [row._asdict() for row in before])
    on_day(today + timedelta(days=22))
    assert post().serial > newest.serial

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests import rosters
from tipline import clock, db, tables
from tipline.ceremony import root
from tipline.collector.post_keyring import post_keyring
from tipline.errors import KeyringError, RelayError, SettingsError
from tipline.keys import epoch, epoch_key, files, roll, rows
from tipline.keys.desk import AT_REST, DeskKey
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID
from tipline.setup.plan import CATEGORIES


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
    assert section.sorting == served.sorting[served.made.epoch].public
    assert (section.not_before, section.not_after) == (today - timedelta(days=1), today + timedelta(days=13))
    served.keyring().sections[0].check_dates(today)


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


def test_it_publishes_the_weeks_epoch(served, post, on_day):
    """Made some days before, the next week's key is published when that begins; not a desk without one."""
    first, next_week = post(), served.made.epoch + 1
    with db.writing(served.engine) as connection:
        roll.make(connection, served.holding.keys, next_week, served.recovery)
        unit = DeskKey(rows.add_desk(connection, "Unit", rows.UNIT), AT_REST, HYBRID.generate(), bytes(32))
        who = rosters.begin(connection, served.holding.keys, unit.desk, [served.made.officers["Maria"]])
        rows.add_desk_key(connection, unit, unit.private.public, who)
    assert post() is None
    on_day(clock.from_day_number(epoch.first_day(next_week)))
    second = post()
    assert second.epoch == next_week
    assert second.serial > first.serial
    assert second.sorting == served.sorting[next_week].public != first.sorting
    assert [desk.name for desk in second.desks] == ["Triage"]
    assert second.desks[0].keys != first.desks[0].keys


def test_an_epoch_that_could_not_be_made_leaves_the_old_one_in_use(served, post, on_day):
    """A section in force names the last week's keys until there are new ones."""
    post()
    on_day(clock.today() + timedelta(days=10))
    assert post().epoch == served.made.epoch


def test_it_notes_how_long_an_epoch_is_named_before_it_is_posted(office):
    """Whatever the relay answers: from now on somebody may seal to it until then."""
    with pytest.raises(RelayError):
        post_keyring(Deaf(), office.engine, office.holding)
    (row,) = office.rows(tables.epoch)
    assert (row.named_until, row.at_relay) == (clock.day_number() + 13, True)


def test_an_epoch_is_at_the_relay_until_that_took_another(office, on_day):
    """A relay that cannot be reached may still let people seal to the old one."""
    post_keyring(Kept(), office.engine, office.holding)
    with db.writing(office.engine) as connection:
        roll.make(connection, office.holding.keys, office.made.epoch + 1, office.recovery)
    on_day(clock.from_day_number(epoch.first_day(office.made.epoch + 1)))
    with pytest.raises(RelayError):
        post_keyring(Deaf(), office.engine, office.holding)
    assert [row.at_relay for row in office.rows(tables.epoch)] == [True, True]
    post_keyring(Kept(), office.engine, office.holding)
    assert [row.at_relay for row in office.rows(tables.epoch)] == [False, True]


def test_signing_again_begins_the_three_weeks_again(office):
    """What was counted before does not count any more."""
    with db.writing(office.engine) as connection:
        connection.execute(update(tables.epoch).values(lived=1000, collected=3))
    post_keyring(Kept(), office.engine, office.holding)
    (row,) = office.rows(tables.epoch)
    assert (row.lived, row.collected) == (0, None)


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
        desk = rows.add_desk(connection, "Slipped in", rows.TRIAGE)
        lock = epoch_key.read(office.holding.keys, office.made.epoch).lock
        key = DeskKey(desk, office.made.epoch, HYBRID.generate(), lock)
        who = rosters.begin(connection, office.holding.keys, desk, [office.made.officers["Maria"]])
        rows.add_desk_key(connection, key, HYBRID.generate().public, who)
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

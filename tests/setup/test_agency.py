from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tipline import clock, db, tables
from tipline.errors import AccessError, SettingsError, TiplineError
from tipline.keyring.signature import fingerprint
from tipline.keys import desk, files, officer, rest_lock, signer
from tipline.keys.officer import CHEAPEST
from tipline.keys.signing import SigningKey
from tipline.settings import ConsoleSettings, IntakeSettings, load
from tipline.setup import agency
from tipline.setup.agency import Created
from tipline.setup.plan import CATEGORIES, Addresses, OfficerPlan, Plan
from tipline.wire.paths import secret_hash

MARIA = OfficerPlan("Maria", "maria maria maria", ("Triage",))
JONAS = OfficerPlan("Jonas", "jonas jonas jonas", ("Narcotics", "Triage"))


def plan(data: Path, **changes: object) -> Plan:
    whole = Plan(
        data,
        'Harbour "Police" \\ Zürich 🚓',
        (MARIA, JONAS),
        units=("Narcotics",),
        profile=CHEAPEST,
        intake={"envelope_places": 16, "parcel_places": 4, "proxy_hops": 0},
        settings={"collect_seconds": 1.5, "demo": True},
    )
    return replace(whole, **changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Created:
    return agency.create(plan(tmp_path_factory.mktemp("agency")))


def test_it_lays_the_folders_out(made: Created):
    """Three folders for three places, closed to others; no private key goes to the relay."""
    found = sorted(str(path.relative_to(made.data)) for path in made.data.rglob("*"))
    assert found == [
        "agency", "agency/console.db", "agency/console.toml", "agency/keys", "agency/keys/at-rest",
        *sorted(f"agency/keys/at-rest/{one.hex()}-0.key" for one in made.desks.values()),
        "agency/keys/epochs", f"agency/keys/epochs/{made.epoch}.key", "agency/keys/handover.secret",
        "agency/keys/signer.cert", "agency/keys/signer.key", "agency/recovery.pub", "agency/revocations",
        "agency/root.pub",
        "offline", "offline/agency.request", "offline/root.key", "offline/shares.json",
        "relay", "relay/intake.toml", "relay/published", "relay/root.pub",
    ]  # fmt: skip
    for path in (made.data, *made.data.rglob("*")):
        if path.suffix != ".pub":
            assert stat.S_IMODE(path.stat().st_mode) in {0o700, 0o600}, path
    for private in (made.root_key, *(made.data / "agency" / "keys").rglob("*.key")):
        secret = private.read_bytes().split(b"\n")[1]
        assert not any(
            secret in path.read_bytes() for path in (made.data / "relay").iterdir() if path.is_file()
        )


def test_it_writes_settings_that_the_programs_read(made: Created):
    """Names with quotes and pictures, and what the plan adds, come back as they were."""
    intake, console = load(IntakeSettings, made.intake), load(ConsoleSettings, made.console)
    assert console.name == 'Harbour "Police" \\ Zürich 🚓'
    assert (console.collect_seconds, console.demo) == (1.5, True)
    assert (intake.envelope_places, intake.parcel_places, intake.proxy_hops) == (16, 4, 0)
    assert console.relay == f"http://{intake.handover}"
    secret = files.read(made.data / "agency" / "keys" / "handover.secret", files.HANDOVER, 32)
    assert intake.consoles == {"agency": secret_hash(secret)}
    assert intake.root_fingerprint == console.root_fingerprint == made.fingerprint.hex()


def test_it_makes_the_chain_from_root_to_signer(made: Created):
    """The root certified the signer, for the triage desk alone."""
    root = SigningKey(files.read(made.root_key, files.ROOT))
    assert fingerprint(root.public) == made.fingerprint
    assert made.root_public.read_bytes() == root.public
    keys = made.data / "agency" / "keys"
    loaded = signer.load(keys / "signer.key", keys / "signer.cert", root.public)
    assert loaded.certificate.desks == {made.desks["Triage"]}
    assert loaded.certificate.not_before < clock.today() < loaded.certificate.not_after


def test_it_gives_each_officer_the_keys_of_their_desks_and_no_other(made: Created):
    """Maria opens the triage desk's keys, Jonas the unit's too; each key is the one that was published."""
    engine = db.open_engine(made.data / "agency" / "console.db")
    with engine.connect() as connection:
        rows = connection.execute(select(tables.member_key)).all()
        publics = {(row.desk, row.epoch): row.public for row in connection.execute(select(tables.desk_key))}
        sealed = {row.id: row.sealed for row in connection.execute(select(tables.officer))}
    engine.dispose()
    folder = made.console.parent / "keys"
    holds = {}
    for who in (MARIA, JONAS):
        keys = officer.unlock(sealed[made.officers[who.name]], who.passphrase)
        for row in rows:
            lock = rest_lock.read(folder, row.desk, row.epoch)
            opened = desk.open_as_member(keys, row.desk, row.epoch, row.sealed, lock)
            assert (opened is not None) == (row.officer == made.officers[who.name])
            if opened is not None:
                assert opened.public == publics[row.desk, row.epoch]
                holds.setdefault(who.name, set()).add((row.desk, row.epoch))
    triage = {(made.desks["Triage"], made.epoch), (made.desks["Triage"], desk.AT_REST)}
    assert holds == {"Maria": triage, "Jonas": triage | {(made.desks["Narcotics"], desk.AT_REST)}}


def test_it_names_the_categories_in_order(made: Created):
    """What a tip can be about goes to the triage desk."""
    engine = db.open_engine(made.data / "agency" / "console.db")
    with engine.connect() as connection:
        rows = connection.execute(select(tables.category).order_by(tables.category.c.place)).all()
    engine.dispose()
    assert tuple((row.code, row.name) for row in rows) == CATEGORIES
    assert {row.desk for row in rows} == {made.desks["Triage"]}


def test_it_refuses_a_folder_with_something_in_it(made: Created):
    """An agency is made once; what is there stays as it is."""
    before = {path: path.read_bytes() for path in made.data.rglob("*") if path.is_file()}
    with pytest.raises(SettingsError, match="not an empty folder"):
        agency.create(plan(made.data))
    assert before == {path: path.read_bytes() for path in made.data.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "  "}, "no name"),
        ({"name": "tab\tname"}, "no name"),
        ({"name": "\N{RIGHT-TO-LEFT OVERRIDE}ecilop"}, "no name"),
        ({"name": "x" * 101}, "no name"),
        ({"console": "Agency 1"}, "console"),
        ({"officers": ()}, "no officer"),
        ({"officers": (MARIA,)}, "Narcotics has no officer"),
        ({"officers": (MARIA, MARIA, JONAS)}, "two of officer Maria"),
        ({"officers": (replace(MARIA, desks=()), JONAS)}, "at no desk"),
        ({"officers": (replace(MARIA, desks=("Arms",)), JONAS)}, "Arms"),
        ({"officers": (replace(MARIA, passphrase="short"), JONAS)}, "12 characters"),
        ({"units": ("Narcotics", "Narcotics")}, "two of desk"),
        ({"units": ("Narcotics", "Triage")}, "two of desk"),
        ({"categories": ()}, "category"),
        ({"categories": (("drugs", "One"), ("drugs", "Two"))}, "two of category"),
        ({"categories": (("Drugs!", "One"),)}, "code"),
        ({"addresses": Addresses(public="everywhere")}, "public"),
        ({"intake": {"envelope_places": 0}}, "envelope_places"),
        ({"intake": {"places": 1}}, "places"),
        ({"settings": {"reply_days": 1000}}, "reply_days"),
        ({"settings": {"reply_days": {1}}}, "set"),
    ],
)
def test_it_refuses_a_plan_that_makes_no_sense(tmp_path: Path, changes: dict[str, object], says: str):
    """Each fault is named, and nothing is left behind."""
    data = tmp_path / "new"
    with pytest.raises((SettingsError, AccessError), match=says):
        agency.create(plan(data, **changes))
    assert not data.exists()


def test_it_leaves_an_empty_folder_empty(tmp_path: Path):
    """A folder that was there stays, and can be used again."""
    with pytest.raises(TiplineError):
        agency.create(plan(tmp_path, intake={"envelope_places": 0}))
    assert list(tmp_path.iterdir()) == []
    agency.create(plan(tmp_path))


def test_it_never_shows_a_passphrase():
    """Plans are logged and printed by people in trouble."""
    assert MARIA.passphrase not in repr(plan(Path("x")))

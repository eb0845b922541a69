"""A thief with the agency's whole folder, every key file in it, and the root's key besides. No passphrase."""

from __future__ import annotations

import sqlite3
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from tests.conftest import PASSPHRASE, RAW
from tipline.cases import reply, reply_copy
from tipline.errors import AccessError
from tipline.keys import desk as desk_keys
from tipline.keys import officer, recovery, rest_lock
from tipline.routing import route
from tipline.seal import opening, rewrap
from tipline.seal.suite import HYBRID, SEED_SIZE

SECRET_FILES = (
    "keys/handover.secret",
    "keys/signer.key",
    "keys/epochs/*.key",
    "keys/at-rest/*.key",
    "../offline/root.key",
)


def seeds(folder: Path) -> list[bytes]:
    """Every 32 bytes in the key files, wherever in a file a key may begin."""
    files = [path for name in SECRET_FILES for path in folder.glob(name)]
    assert len(files) >= len(SECRET_FILES)
    contents = [path.read_text().split("\n")[1] for path in files]
    data = [urlsafe_b64decode(coded + "=" * (-len(coded) % 4)) for coded in contents]
    return [one[at : at + SEED_SIZE] for one in data for at in range(0, len(one) - SEED_SIZE + 1, SEED_SIZE)]


def rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / "console.db") as database:
        return database.execute(query).fetchall()


def tries(folder: Path, seed: bytes) -> set[str]:
    """Use 32 bytes as a private key on everything sealed in the database; return what kinds of it opened."""
    key = HYBRID.private(seed)
    envelopes = rows(folder, "select id, bytes from envelope")
    stanzas = rows(folder, "select envelope, desk, sealed from stanza")
    replies = rows(folder, "select id, desk, sealed from reply")
    members = rows(folder, "select desk, epoch, sealed from member_key")
    holders = rows(folder, "select desk, epoch, sealed from recovery_key")
    opened = {
        "docket": [opening.open_docket(sealed, key) for _, sealed in envelopes],
        "tip": [opening.open_stanza(sealed, key) for _, sealed in envelopes],
        "re-wrapped tip": [rewrap.unwrap(key, *row) for row in stanzas],
        "reply": [key.open(reply_copy.info(id_, desk), sealed) for id_, desk, sealed in replies],
        "desk's key": [key.open(desk_keys._info(desk, epoch), sealed) for desk, epoch, sealed in members],
        "recovery": [recovery.open_as_holders(key, *row) for row in holders],
    }
    assert all(opened.values()), "an empty table proves nothing"
    return {kind for kind, found in opened.items() if any(found)}


@pytest.fixture
def folder(agency_) -> Path:
    """An agency's folder with a tip, routed and answered."""
    agency_.tip("words")
    alice = agency_.work("Alice")
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    reply.send(alice, 1, "answer")
    return agency_.made.console.parent


def test_every_key_file_together_opens_no_tip(folder: Path):
    """What they open is the docket: which desk, how urgent."""
    assert set().union(*(tries(folder, seed) for seed in seeds(folder))) == {"docket"}


def test_guesses_at_a_passphrase_open_nothing(folder: Path):
    """Each guess costs an Argon2id, and a near one is worth as much as none."""
    for name, sealed in rows(folder, "select name, sealed from officer"):
        for guess in ("", name, "Triage", PASSPHRASE.upper(), PASSPHRASE[:-1]):
            with pytest.raises(AccessError):
                officer.unlock(sealed, guess)


def test_with_an_officers_passphrase_it_is_all_open(folder: Path):
    """The same thief who knows one: so the searches above look in the right places."""
    keys = {
        name: officer.unlock(sealed, PASSPHRASE)
        for name, sealed in rows(folder, "select name, sealed from officer")
    }
    assert tries(folder, keys["Alice"].opening.seed) == {"desk's key"}
    query = "select desk, epoch, member_key.sealed from member_key join officer on officer = id where name = "
    found = set()
    for desk, epoch, sealed in rows(folder, f"{query}'Alice'"):
        lock = rest_lock.read(folder / "keys", desk, epoch)
        private = desk_keys.open_as_member(keys["Alice"], desk, epoch, sealed, lock)
        found |= tries(folder, private.seed)
    assert found == {"tip", "re-wrapped tip", "reply"}

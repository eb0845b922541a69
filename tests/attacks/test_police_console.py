"""The police's console, taken whole, and a tip about the police: neither its docket nor a stanza opens.

On the disk: every file and row with every passphrase, share and backup, tried by force. In the memory of the
running programs, with an officer signed in: every offset is searched for each secret that would open the tip.
Those are few, since a stanza opens by one private key alone: the overseers' keys in every form that a program
has them in, K and what follows from it, and what the docket says.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.collector.attacker import Attacker, Opened, image
from tests.collector.conftest import Office
from tests.collector.test_two_consoles import ABOUT_POLICE, Beside
from tests.intake.relay import in_memory
from tipline import tip
from tipline.backup import make, reading, restore
from tipline.cases.work import Work
from tipline.ceremony import shares
from tipline.keys import epoch_key, recovery
from tipline.seal import layout, opening, schedule
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.staff import member
from tipline.staff.member import Member
from tipline.tip import Tip

TEXT, ABOUT = "A boat comes in at night.", "The inspector sells their patrol plans."
NOTHING = Opened(stanza=False, docket=False, rewrapped=False)
ALL = Opened(stanza=True, docket=True, rewrapped=True)
PASSPHRASES = {"Maria": "maria maria maria", "Ines": "ines ines ines ines"}
#: So many characters of base64 have bits of what stands before, for 0 to 2 bytes of it.
_SKIPPED = (0, 2, 3)
#: A program of ours whose memory this test may read without being root.
_READABLE = (
    "from tipline.web import process; process.keep_memory_private = lambda: None;"
    "from tipline.cli.main import main; main()"
)


@dataclass
class Both:
    """Both consoles; a tip about the police and one about drugs, as they went over the wire."""

    beside: Beside
    about_police: bytes
    about_drugs: bytes
    attacker: Attacker


def seal(beside: Beside, category: str, text: str, **changes: object) -> bytes:
    """Seal as the page does; *changes* are fields of the address."""
    draft = tip.address(beside.police.keyring(), Tip(category, "yes", text, "tool"))
    return tip.seal(replace(draft, address=replace(draft.address, **changes)), lambda _: None)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Everything was collected by both, and Maria of the police has filed what was hers."""
    beside = Beside(tmp_path_factory.mktemp("both"))
    police, overseers = beside.police, beside.join()
    police.made.console.write_text(police.made.console.read_text() + "\ndemo = true\n")
    with beside.relay():
        beside.round(overseers, police)
        sent = [seal(beside, ABOUT_POLICE, ABOUT), seal(beside, "drugs", TEXT)]
        for envelope in sent:
            police.send("e", envelope)
        beside.round(police, overseers)
        Work(police.engine, signed_in(police, "Maria")).refresh()
        yield Both(beside, *sent, attacker_of(police, tmp_path_factory.mktemp("backups")))
    beside.close()


def signed_in(office: Office, name: str) -> Member:
    return member.sign_in(office.engine, office.holding.keys, name, PASSPHRASES[name])


def attacker_of(office: Office, folder: Path) -> Attacker:
    """Whoever has all of a console's disk, a backup and what holders restore of it; and everybody talked."""
    made, k = office.made, recovery.installed(office.made.console.parent).k
    with reading.opened(make.make(made.console, folder).path) as backup:
        holders = HYBRID.private(shares.combine(made.shares[made.desks["Triage"]][:k]))
        restore.restore(backup, restore.open_key(backup, holders), folder / "restored")
    images = image(made.console.parent) | {f"backup/{name}": data for name, data in image(folder).items()}
    assert "backup/restored/console.db" in images
    return Attacker(images, "console.db", PASSPHRASES, made.shares, k, HYBRID)


@contextmanager
def program(name: str, config: Path, ready: str) -> Iterator[subprocess.Popen[str]]:
    """Run one of our programs until the end of the block."""
    command = [sys.executable, "-c", _READABLE, name, "--config", str(config)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert child.stdout
        assert any(ready in line for line in child.stdout), "it ended"
        yield child
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


@dataclass
class Running:
    pid: int
    address: str


@contextmanager
def console(config: Path) -> Iterator[Running]:
    address = re.search(r'listen = "([^"]+)"', config.read_text())
    assert address
    with program("console", config, "serving") as child:
        yield Running(child.pid, f"http://{address[1]}")


@contextmanager
def sign_in(running: Running) -> Iterator[httpx.Client]:
    """Sign Maria in, and have her look at her inbox, which files what came."""
    with httpx.Client(base_url=running.address, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
        assert token
        form = {"csrf_token": token[1], "name": "Maria", "passphrase": PASSPHRASES["Maria"]}
        assert browser.post("/sign-in", data=form).headers["Location"] == "/"
        assert browser.get("/").status_code == 200
        yield browser


def test_all_of_its_disk_opens_neither_docket_nor_stanza(both: Both):
    """Nor do its backups with their shares, while the same attacker opens the tip about drugs by each way."""
    assert both.attacker.opens(both.about_drugs) == ALL
    assert both.attacker.opens(both.about_police) == NOTHING


def test_no_seed_on_its_disk_is_one_of_the_overseers(both: Both):
    """At any offset of any file, as it is or as key files have it: none of their secrets is there."""
    data = b"\n".join(both.attacker.images.values())
    found = [name for name, value in secrets_of(both).items() for form in written(value) if form in data]
    assert found == []
    own = epoch_key.read(both.beside.police.holding.keys, both.beside.police.made.epoch)
    assert own
    assert any(form in data for form in written(own.seed))


@pytest.mark.assurance
def test_nothing_in_the_memory_of_its_programs_opens_it(both: Both):
    """Console and collector as they are run, Maria signed in, the tip about drugs on her screen."""
    police, secrets = both.beside.police, secrets_of(both)
    (desk,) = signed_in(police, "Maria").desks.values()
    with console(police.made.console) as running, sign_in(running) as browser:
        assert TEXT in browser.get("/case/1").text
        assert in_memory(running.pid, *secrets.values()) == []
        assert in_memory(running.pid, desk.at_rest.seed) == [desk.at_rest.seed]
    with program("collector", police.made.console, "board: posted") as collector:
        assert in_memory(collector.pid, *secrets.values()) == []
        assert in_memory(collector.pid, police.holding.secret) == [police.holding.secret]


@pytest.mark.parametrize("fault", ["docket", "stanza"])
def test_a_fault_in_the_sealing_would_be_noticed(both: Both, fault: str):
    """The page seals the docket to the police's sorting key, or the key to their triage desk too."""
    ring = both.beside.police.keyring()
    (police, overseers) = ring.find("drugs"), ring.find(ABOUT_POLICE)
    changes = {
        "docket": {"sorting_keys": [police[0].sorting]},
        "stanza": {"desk_keys": [*overseers[2].keys, *police[2].keys]},
    }
    found = both.attacker.opens(seal(both.beside, ABOUT_POLICE, ABOUT, **changes[fault]))
    assert found == replace(NOTHING, **{fault: True})


def secrets_of(both: Both) -> dict[str, bytes]:
    """Return all that opens the tip about the police, or part of it, and what it says, in each form."""
    overseers = both.beside.overseers
    assert overseers
    who = signed_in(overseers, "Ines")
    (desk,) = who.desks.values()
    key = epoch_key.read(overseers.holding.keys, overseers.made.epoch)
    assert key
    privates = {f"desk {number}": private for number, private in desk.keys.items()}
    return {
        **forms({**privates, "sorting": key.sorting(HYBRID), "officer": who.keys.opening}),
        "lock": key.lock,
        "what it says": ABOUT.encode(),
        **of_envelope(both.about_police, desk.keys[overseers.made.epoch], key.sorting(HYBRID)),
    }


def forms(keys: dict[str, PrivateKey]) -> dict[str, bytes]:
    """A private key as its seed, as the ML-KEM seed, and as the X25519 scalar that it expands to."""
    found = {}
    for name, private in keys.items():
        expanded = hashlib.shake_256(private.seed).digest(96)
        found[f"{name}: seed"] = private.seed
        found |= {f"{name}: ML-KEM": expanded[:64], f"{name}: X25519": expanded[64:]}
    return found


def of_envelope(envelope: bytes, desk: PrivateKey, sorting: PrivateKey) -> dict[str, bytes]:
    """What an envelope holds, and the keys on the way there."""
    whole, head = opening.open_stanza(envelope, desk), layout.split(envelope).header
    said = opening.open_docket(envelope, sorting)
    assert whole
    assert said
    text = opening.text_key_of(envelope, whole)
    reply, follow_up = opening.open_reply(envelope, whole)
    return {
        "K": whole, "K_text": text, "body key": schedule.body_key(HYBRID, text, head.salt),
        "reply key": reply, "follow-up key": follow_up, "acknowledgement key": said.acknowledgement,
        "docket": said.pack(),
    }  # fmt: skip


def written(value: bytes) -> list[bytes]:
    """A secret as it is, and in base64 at each of the three places at which it can stand there."""
    found = [value]
    for before in range(3):
        coded = urlsafe_b64encode(bytes(before) + value)
        found.append(coded[_SKIPPED[before] : (before + len(value)) * 4 // 3])
    return found

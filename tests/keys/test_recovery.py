from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tipline.errors import FormatError, KeyringError
from tipline.keyring import reader
from tipline.keyring.signature import Signed, agency_id
from tipline.keys import files, recovery
from tipline.keys.recovery import RecoveryKey, RecoveryKeys
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID

ROOT = SigningKey.generate()
HOLDERS, OTHERS = HYBRID.generate(), HYBRID.generate()
DESK = bytes(range(16))
KEYS = RecoveryKeys(
    agency_id(ROOT.public), 1, HYBRID.code, 3, 5, (RecoveryKey(DESK, "Triage", HOLDERS.public),)
)


def signed(keys: RecoveryKeys = KEYS, root: SigningKey = ROOT) -> Signed:
    return root.sign(recovery.LABEL, keys.encode())


def test_it_reads_what_the_root_signed(tmp_path: Path):
    """Through the file, with the desk's key found by its id."""
    files.replace(tmp_path / "recovery.pub", files.RECOVERY, signed().pack())
    assert recovery.load(tmp_path / "recovery.pub", ROOT.public) == KEYS
    assert KEYS.of(DESK).public == HOLDERS.public


def test_it_refuses_a_swapped_recovery_key():
    """Who can write to the agency's disk puts a key of their own there: the root did not sign that."""
    swapped = replace(KEYS, desks=(RecoveryKey(DESK, "Triage", OTHERS.public),))
    thief = SigningKey.generate()
    for forged in (signed(swapped, thief), Signed(swapped.encode(), signed().signature)):
        with pytest.raises(KeyringError) as refused:
            recovery.verified(ROOT.public, forged)
        assert refused.value.failure == "signature"


def test_it_refuses_another_agencys_keys():
    """One root may not sign for another agency's id."""
    with pytest.raises(KeyringError) as refused:
        recovery.verified(ROOT.public, signed(replace(KEYS, agency=bytes(8))))
    assert refused.value.failure == "agency"


@pytest.mark.parametrize(
    "changes",
    [
        {"k": 1},
        {"k": 6},
        {"desks": KEYS.desks * 2},
        {"desks": (RecoveryKey(DESK, "", HOLDERS.public),)},
        {"desks": (RecoveryKey(DESK, "Triage", HOLDERS.public[1:]),)},
        {"desks": (RecoveryKey(DESK[1:], "Triage", HOLDERS.public),)},
    ],
)
def test_it_reads_strictly(changes: dict[str, object]):
    """A share that suffices alone, more shares than there are, a desk twice, half a key: refused."""
    with pytest.raises(KeyringError) as refused:
        recovery.verified(ROOT.public, signed(replace(KEYS, **changes)))
    assert refused.value.failure == "fields"


def test_it_refuses_what_is_no_recovery_file():
    """Signed, and something else."""
    for payload in (b"", b"{}", reader.write_json({"agency": "x"})):
        with pytest.raises(FormatError):
            recovery.verified(ROOT.public, ROOT.sign(recovery.LABEL, payload))


def test_it_names_a_desk_without_a_recovery_key():
    with pytest.raises(KeyringError, match="no ceremony"):
        KEYS.of(bytes(16))


def test_it_opens_for_its_holders_desk_and_epoch_alone():
    """Sealed to one recovery key, bound to desk and epoch."""
    sealed = recovery.seal_to_holders(HYBRID, HOLDERS.public, DESK, 7, b"a seed")
    assert recovery.open_as_holders(HOLDERS, DESK, 7, sealed) == b"a seed"
    assert recovery.open_as_holders(OTHERS, DESK, 7, sealed) is None
    assert recovery.open_as_holders(HOLDERS, bytes(16), 7, sealed) is None
    assert recovery.open_as_holders(HOLDERS, DESK, 8, sealed) is None

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tipline.board import board
from tipline.ceremony import root
from tipline.errors import KeyringError
from tipline.keyring import section
from tipline.keyring.signature import fingerprint, verify
from tipline.keys import files, signer
from tipline.keys.signing import SigningKey

ROOT, KEY = SigningKey.generate(), SigningKey.generate()
TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files.write_new(tmp_path / "signer.key", files.SIGNER, KEY.seed)
    vouching = root.certify(ROOT, "agency", KEY.public, [bytes(16)], TODAY)
    files.write_new(tmp_path / "signer.cert", files.CERTIFICATE, vouching.pack())
    (tmp_path / "root.pub").write_bytes(ROOT.public)
    return tmp_path


def test_it_reads_a_signer_with_its_certificate(folder: Path):
    """Key and certificate belong together, and what it signs verifies under its public key."""
    loaded = signer.load(folder / "signer.key", folder / "signer.cert", ROOT.public)
    assert loaded.certificate.console == "agency"
    head = board.Head("agency", 1, TODAY, bytes(32), 0, 0, bytes(32), bytes(32))
    verify(KEY.public, board.LABEL, loaded.sign_head(head))
    what = section.Section("agency", 1, TODAY, TODAY, 1, 1, bytes(1216), (), (), 0)
    verify(KEY.public, section.LABEL, loaded.sign_section(what))


def test_it_refuses_a_certificate_for_another_key(folder: Path):
    """A signer without the root's word for its very key signs nothing."""
    (folder / "signer.key").unlink()
    files.write_new(folder / "signer.key", files.SIGNER, SigningKey.generate().seed)
    with pytest.raises(KeyringError) as refused:
        signer.load(folder / "signer.key", folder / "signer.cert", ROOT.public)
    assert refused.value.failure == "signer"


def test_it_refuses_a_certificate_of_another_root(folder: Path):
    """The chain starts at this agency's root."""
    with pytest.raises(KeyringError):
        signer.load(folder / "signer.key", folder / "signer.cert", SigningKey.generate().public)


def test_it_reads_the_root_that_is_named(folder: Path):
    """Another root's public key, a cut one and none are refused."""
    path = folder / "root.pub"
    assert signer.read_root(path, fingerprint(ROOT.public)) == ROOT.public
    for data in (SigningKey.generate().public, ROOT.public[:-1], b""):
        path.write_bytes(data)
        with pytest.raises(KeyringError):
            signer.read_root(path, fingerprint(ROOT.public))
    path.unlink()
    with pytest.raises(KeyringError):
        signer.read_root(path, fingerprint(ROOT.public))

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tipline.errors import AccessError, FormatError
from tipline.keys import files


def test_it_reads_what_it_wrote(tmp_path: Path):
    """Any bytes survive, under a first line that names the kind."""
    data = bytes(range(256))
    files.write_new(tmp_path / "a.key", files.ROOT, data)
    assert (tmp_path / "a.key").read_text().startswith("TIPLINE ROOT KEY 1\n")
    assert files.read(tmp_path / "a.key", files.ROOT, 256) == data


def test_it_writes_for_the_owner_alone(tmp_path: Path):
    """Mode 0600 under any umask, and no passing file stays behind."""
    before = os.umask(0)
    try:
        files.write_new(tmp_path / "a.key", files.DESK, b"x")
        files.replace(tmp_path / "b.key", files.DESK, b"x")
    finally:
        os.umask(before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.key", "b.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_it_never_writes_over_a_key(tmp_path: Path):
    """A second key of that name is refused, and the first one stays."""
    files.write_new(tmp_path / "a.key", files.ROOT, b"first")
    with pytest.raises(AccessError, match="never overwritten"):
        files.write_new(tmp_path / "a.key", files.ROOT, b"second")
    assert files.read(tmp_path / "a.key", files.ROOT) == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_it_replaces_a_certificate(tmp_path: Path):
    """What is renewed takes the old one's place."""
    files.replace(tmp_path / "a.cert", files.CERTIFICATE, b"old")
    files.replace(tmp_path / "a.cert", files.CERTIFICATE, b"new")
    assert files.read(tmp_path / "a.cert", files.CERTIFICATE) == b"new"


@pytest.mark.parametrize(
    "text",
    [
        "TIPLINE DESK KEY 1\neHg\n",
        "TIPLINE ROOT KEY 2\neHg\n",
        "TIPLINE ROOT KEY 1\neH$g\n",
        "TIPLINE ROOT KEY 1\neHh\n",
        "TIPLINE ROOT KEY 1\neA\n",
        "TIPLINE ROOT KEY 1\n\N{LATIN SMALL LETTER E WITH ACUTE}\n",
        "",
    ],
)
def test_it_refuses_other_kinds_and_damage(tmp_path: Path, text: str):
    """A desk's key is no root, and half a key is no key."""
    path = tmp_path / "a.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(FormatError) as refused:
        files.read(path, files.ROOT, 2)
    assert refused.value.failure == "key file"
    assert "eH" not in str(refused.value)


def test_it_refuses_a_key_that_everybody_can_read(tmp_path: Path):
    """A key for all on the machine is not used on."""
    files.write_new(tmp_path / "a.key", files.ROOT, b"x")
    (tmp_path / "a.key").chmod(0o644)
    with pytest.raises(AccessError, match="chmod 600"):
        files.read(tmp_path / "a.key", files.ROOT)


def test_it_names_the_file_that_is_missing(tmp_path: Path):
    """A missing file or folder is one sentence."""
    with pytest.raises(AccessError, match=r"none\.key"):
        files.read(tmp_path / "none.key", files.ROOT)
    with pytest.raises(AccessError, match="none"):
        files.write_new(tmp_path / "none" / "a.key", files.ROOT, b"x")

"""The epoch's key file: whole or not there, and gone from its very blocks when it is destroyed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tipline.keys import epoch_key
from tipline.seal.suite import HYBRID


def test_it_reads_back_what_it_made(tmp_path: Path):
    """Lock and sorting key, for their owner only."""
    made = epoch_key.make(tmp_path, 7)
    again = epoch_key.read(tmp_path, 7)
    assert (again.lock, again.seed) == (made.lock, made.seed)
    assert made.lock != made.seed
    path = epoch_key.path_of(tmp_path, 7)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert epoch_key.there(tmp_path) == {7}


def test_a_making_that_is_begun_again_has_another_lock(tmp_path: Path):
    """A lock encrypts a desk's seed once."""
    assert epoch_key.make(tmp_path, 7).lock != epoch_key.make(tmp_path, 7).lock


@pytest.mark.parametrize(
    "data", [None, b"", b"TIPLINE EPOCH KEY 1\nAAAA\n", b"TIPLINE DESK KEY 1\n" + b"A" * 86]
)
def test_it_is_none_where_there_is_no_such_file(tmp_path: Path, data: bytes | None):
    """Missing, empty, cut off, of another kind."""
    epoch_key.make(tmp_path, 6)
    path = epoch_key.path_of(tmp_path, 7)
    if data is not None:
        path.write_bytes(data)
        path.chmod(0o600)
    assert epoch_key.read(tmp_path, 7) is None


def test_it_overwrites_the_very_blocks_before_it_unlinks_them(tmp_path: Path):
    """A second name of the same file shows what is in the freed blocks: nothing of the key."""
    key = epoch_key.make(tmp_path, 7)
    path, blocks = epoch_key.path_of(tmp_path, 7), tmp_path / "blocks"
    blocks.hardlink_to(path)
    before = blocks.read_bytes()
    assert epoch_key.destroy(tmp_path, 7)
    assert not path.exists()
    after = blocks.read_bytes()
    assert len(after) == len(before)
    assert not any(before[at : at + 8] in after for at in range(len(before) - 8))
    assert key.lock not in after
    assert not epoch_key.destroy(tmp_path, 7)


def test_it_destroys_what_a_killed_making_left_beside(tmp_path: Path):
    """A file under a passing name goes with the epoch's own."""
    epoch_key.make(tmp_path, 7)
    path = epoch_key.path_of(tmp_path, 7)
    beside = path.with_name(f".{path.name}.0123")
    os.link(path, beside)
    other = epoch_key.make(tmp_path, 77)
    assert epoch_key.destroy(tmp_path, 7)
    assert list(path.parent.iterdir()) == [epoch_key.path_of(tmp_path, 77)]
    assert epoch_key.read(tmp_path, 77).lock == other.lock


def test_a_lock_opens_a_desks_seed_and_nothing_else(tmp_path: Path):
    """Another lock, another desk, a changed byte: nothing."""
    lock, seed, desk = bytes(range(32)), os.urandom(32), bytes(16)
    locked = epoch_key.lock_seed(HYBRID, lock, desk, seed)
    assert epoch_key.unlock_seed(HYBRID, lock, desk, locked) == seed
    assert epoch_key.unlock_seed(HYBRID, bytes(32), desk, locked) is None
    assert epoch_key.unlock_seed(HYBRID, lock, bytes([1] * 16), locked) is None
    assert epoch_key.unlock_seed(HYBRID, lock, desk, locked[:-1] + bytes([locked[-1] ^ 1])) is None

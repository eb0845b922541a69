"""The locks of keys at rest."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tipline.keys import epoch_key, files, rest_lock

DESK, OTHER = bytes(range(16)), bytes(16)


def test_it_is_there_before_it_is_used_and_for_its_owner_alone(tmp_path: Path):
    """A desk's first key at rest is number 0, the next ones -1, -2; each desk counts for itself."""
    made = [rest_lock.make(tmp_path, DESK, newest) for newest in (None, 0, -1)]
    assert [number for number, _ in made] == [0, -1, -2]
    assert rest_lock.make(tmp_path, OTHER, None)[0] == 0
    assert rest_lock.there(tmp_path, DESK) == {0, -1, -2}
    assert [rest_lock.read(tmp_path, DESK, number) for number, _ in made] == [lock for _, lock in made]
    assert len({lock for _, lock in made}) == 3
    path = rest_lock.path_of(tmp_path, DESK, -2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_a_making_left_that_did_not_end_is_never_overwritten(tmp_path: Path):
    """It may be the only lock of a key that somebody has: the next key has another number."""
    _, left = rest_lock.make(tmp_path, DESK, 0)
    assert rest_lock.make(tmp_path, DESK, 0)[0] == -2
    assert rest_lock.read(tmp_path, DESK, -1) == left


@pytest.mark.parametrize("data", [b"", b"TIPLINE AT-REST LOCK 1\nAAAA\n", b"TIPLINE EPOCH KEY 1\n"])
def test_a_damaged_one_is_none(tmp_path: Path, data: bytes):
    """As is one that is not there: then the key stays closed."""
    rest_lock.make(tmp_path, DESK, None)
    rest_lock.path_of(tmp_path, DESK, 0).write_bytes(data)
    assert rest_lock.read(tmp_path, DESK, 0) is None
    assert rest_lock.read(tmp_path, DESK, -1) is None


def test_an_epochs_lock_is_its_own_file(tmp_path: Path):
    """Whoever asks for a desk's lock need not know which kind of key it is."""
    key = epoch_key.make(tmp_path, 2900)
    assert rest_lock.read(tmp_path, DESK, 2900) == key.lock
    assert rest_lock.read(tmp_path, DESK, 2901) is None


def test_it_is_overwritten_before_it_is_gone(tmp_path: Path, monkeypatch):
    """Not unlinked alone: a file's name is not its bytes."""
    rest_lock.make(tmp_path, DESK, None)
    path = rest_lock.path_of(tmp_path, DESK, 0)
    before, at_the_end = path.read_bytes(), []
    unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda one: (at_the_end.append(one.read_bytes()), unlink(one)))
    assert rest_lock.destroy(tmp_path, DESK, 0)
    assert len(at_the_end[0]) == len(before)
    assert before[-44:] not in at_the_end[0]
    assert not rest_lock.destroy(tmp_path, DESK, 0)
    assert files.LOCK.encode() not in at_the_end[0]

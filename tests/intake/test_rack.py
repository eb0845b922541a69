from __future__ import annotations

import hashlib
import random
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tipline import clock
from tipline.errors import FullError, SettingsError
from tipline.intake import rack as racks
from tipline.intake import writer
from tipline.intake.rack import PARCELS, Rack, envelopes
from tipline.seal.suite import HYBRID

ENVELOPES = envelopes(HYBRID)

PLACES = 200


@pytest.fixture
def path(tmp_path: Path) -> Path:
    racks.create(tmp_path / "rack.db", PLACES, 2)
    return tmp_path / "rack.db"


@pytest.fixture
def rack(path: Path) -> Iterator[Rack]:
    opened = Rack(path, ["one", "two"])
    yield opened
    opened.close()


def sealed(shelf: racks.Shelf = ENVELOPES) -> tuple[bytes, bytes]:
    data = secrets.token_bytes(shelf.size)
    return hashlib.sha256(data).digest(), data


def on_disk(path: Path) -> bytes:
    """Return every byte of the rack: file, write-ahead log and its index."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob("rack.db*")))


def ranks(values: list[int]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    place = [0] * len(values)
    for rank, at in enumerate(order):
        place[at] = rank
    return place


def spearman(one: list[int], other: list[int]) -> float:
    """Rank correlation of two lists without ties."""
    n = len(one)
    gaps = sum((a - b) ** 2 for a, b in zip(ranks(one), ranks(other), strict=True))
    return 1 - 6 * gaps / (n * (n * n - 1))


def test_it_keeps_what_was_put(path: Path) -> None:
    """What was put is there, also after the rack was opened again."""
    rack = Rack(path, ["one", "two"])
    envelope, parcel = sealed(), sealed(PARCELS)
    rack.put(ENVELOPES, *envelope)
    rack.put(PARCELS, *parcel)
    assert rack.get(ENVELOPES, envelope[0]) == envelope[1]
    rack.close()
    again = Rack(path, ["one"])
    assert again.get(ENVELOPES, envelope[0]) == envelope[1]
    assert again.get(PARCELS, parcel[0]) == parcel[1]
    assert again.waiting(ENVELOPES, "one") == {envelope[0]: clock.day_number()}
    again.close()


def test_it_is_on_disk_when_put_returns(path: Path, rack: Rack) -> None:
    """Another reader of the file sees it at once; nothing waits in memory."""
    key, data = sealed()
    rack.put(ENVELOPES, key, data)
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as reader:
        assert reader.execute("SELECT bytes FROM envelope WHERE id = ?", (key,)).fetchone() == (data,)
    reader.close()


def test_putting_again_changes_nothing(path: Path, rack: Rack) -> None:
    """A repeated PUT takes no second place, not even when both come at once."""
    key, data = sealed()
    threads = [threading.Thread(target=rack.put, args=(ENVELOPES, key, data)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as reader:
        assert reader.execute("SELECT count(*) FROM envelope WHERE id = ?", (key,)).fetchone() == (1,)
    reader.close()


def test_the_file_never_changes_its_size(path: Path, rack: Rack) -> None:
    """Neither a PUT nor a deletion adds or frees a page, so the size tells nothing."""
    before = path.stat().st_size
    keys = [sealed() for _ in range(50)]
    for key, data in keys:
        rack.put(ENVELOPES, key, data)
    for console in ("one", "two"):
        rack.acknowledge(ENVELOPES, console, [key for key, _ in keys[:25]])
    rack.close()
    assert path.stat().st_size == before
    with sqlite3.connect(path) as reader:
        assert reader.execute("PRAGMA freelist_count").fetchone() == (0,)
    reader.close()


def test_order_of_arrival_is_nowhere_in_the_file(path: Path, rack: Rack) -> None:
    """Where something lies says nothing about when it came: head, middle and tail of each envelope."""
    arrived = [sealed() for _ in range(PLACES)]
    for key, data in arrived:
        rack.put(ENVELOPES, key, data)
    rack.close()
    disk = path.read_bytes()
    for part in (slice(0, 24), slice(12000, 12024), slice(-24, None)):
        offsets = [disk.index(data[part]) for _, data in arrived]
        assert abs(spearman(list(range(PLACES)), offsets)) < 0.3


def test_order_of_arrival_is_not_offered_either(rack: Rack) -> None:
    """The list that a console gets is in no order that tells, and neither is the map in memory."""
    keys = [sealed() for _ in range(PLACES)]
    for key, data in keys:
        rack.put(ENVELOPES, key, data)
    place = {key: at for at, (key, _) in enumerate(keys)}
    offered = [place[key] for key in rack.waiting(ENVELOPES, "one")]
    assert abs(spearman(list(range(PLACES)), offered)) < 0.3
    rack._tidy()
    remembered = [place[key] for key in rack._places["envelope"].taken]
    assert abs(spearman(list(range(PLACES)), remembered)) < 0.3


def test_nothing_is_left_after_deletion(path: Path, rack: Rack) -> None:
    """When the last console acknowledged, neither file nor write-ahead log holds a piece of it."""
    gone, kept = [sealed() for _ in range(20)], sealed()
    for key, data in [*gone, kept]:
        rack.put(ENVELOPES, key, data)
    rack.acknowledge(ENVELOPES, "one", [key for key, _ in gone])
    assert rack.get(ENVELOPES, gone[0][0]) == gone[0][1]
    rack.acknowledge(ENVELOPES, "two", [key for key, _ in gone])
    disk = on_disk(path)
    for key, data in gone:
        assert rack.get(ENVELOPES, key) is None
        assert key not in disk
        for at in range(0, len(data) - 16, 5000):
            assert data[at : at + 16] not in disk
    assert kept[1][5000:5016] in disk


def test_the_log_is_emptied_every_few_seconds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write-ahead log shows the order of arrival, so it is emptied; a file's date says the day only."""
    monkeypatch.setattr(writer, "CHECKPOINT_SECONDS", 0.05)
    rack = Rack(path, ["one"])
    rack.put(ENVELOPES, *sealed())
    log = path.with_name("rack.db-wal")
    passed = threading.Event()
    for _ in range(200):
        if log.stat().st_size == 0:
            break
        passed.wait(0.05)
    assert log.stat().st_size == 0
    for _ in range(200):
        if path.stat().st_mtime % 86400 == 0:
            break
        passed.wait(0.05)
    assert path.stat().st_mtime % 86400 == 0
    rack.close()


def test_each_console_acknowledges_for_itself(rack: Rack) -> None:
    """What one console has, the other is still offered; unknown ids are fine."""
    key, data = sealed()
    rack.put(ENVELOPES, key, data)
    rack.acknowledge(ENVELOPES, "one", [key, secrets.token_bytes(32)])
    rack.acknowledge(ENVELOPES, "one", [key])
    assert rack.waiting(ENVELOPES, "one") == {}
    assert list(rack.waiting(ENVELOPES, "two")) == [key]


def test_a_full_rack_refuses_and_a_freed_place_is_used_again(path: Path) -> None:
    """Full is an error that changes nothing; after a deletion there is room."""
    rack = Rack(path, ["one"])
    for _ in range(2):
        rack.put(PARCELS, *sealed(PARCELS))
    before = hashlib.sha256(on_disk(path)).digest()
    with pytest.raises(FullError):
        rack.put(PARCELS, *sealed(PARCELS))
    assert hashlib.sha256(on_disk(path)).digest() == before
    rack.acknowledge(PARCELS, "one", [next(iter(rack.waiting(PARCELS, "one")))])
    rack.put(PARCELS, *sealed(PARCELS))
    rack.close()


def test_a_free_place_looks_like_a_taken_one(path: Path) -> None:
    """Every column of every row is filled, and random bytes do not compress."""
    with sqlite3.connect(path) as reader:
        rows = reader.execute("SELECT length(id), length(day), length(bytes), bytes FROM envelope").fetchall()
    reader.close()
    assert {row[:3] for row in rows} == {(32, 4, ENVELOPES.size)}
    assert len({row[3] for row in rows}) == PLACES
    assert all(len(set(random.choice(rows)[3])) == 256 for _ in range(5))


def test_an_interrupted_creation_leaves_no_rack(tmp_path: Path) -> None:
    """The rack appears when it is whole; until then the next start begins again."""

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        racks.create(tmp_path / "rack.db", 5, 1, interrupt)
    assert not (tmp_path / "rack.db").exists()
    told: list[tuple[int, int]] = []
    racks.create(tmp_path / "rack.db", 5, 1, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == 5 * ENVELOPES.size + PARCELS.size


def test_a_rack_that_is_not_there_is_not_made_by_opening(tmp_path: Path) -> None:
    """Opening makes no empty file, which the next start would take for a rack."""
    with pytest.raises(SettingsError):
        Rack(tmp_path / "rack.db", ["one"])
    assert list(tmp_path.iterdir()) == []


def test_a_rack_of_another_size_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose rows have another length is refused with a sentence."""
    with sqlite3.connect(tmp_path / "rack.db") as made:
        for name in ("envelope", "parcel"):
            made.execute(f"CREATE TABLE {name} (place INTEGER PRIMARY KEY, id BLOB, day BLOB, bytes BLOB)")
        made.execute("INSERT INTO envelope VALUES (1, zeroblob(32), zeroblob(4), zeroblob(10))")
    made.close()
    with pytest.raises(SettingsError):
        Rack(tmp_path / "rack.db", ["one"])


def test_a_failed_commit_is_told_and_the_place_is_free_again(path: Path) -> None:
    """Whoever waits for a commit that fails hears of it, and the rack goes on."""
    rack = Rack(path, ["one"])
    key, data = sealed()
    with sqlite3.connect(path) as holder:
        holder.execute("CREATE TRIGGER refuse BEFORE UPDATE ON envelope BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(Exception, match="no"):
        rack.put(ENVELOPES, key, data)
    with sqlite3.connect(path) as holder:
        holder.execute("DROP TRIGGER refuse")
    holder.close()
    rack.put(ENVELOPES, key, data)
    assert rack.get(ENVELOPES, key) == data
    rack.close()


def test_what_could_not_be_erased_is_offered_again(path: Path) -> None:
    """Its place is not given away as if it were free, and the next acknowledgement erases it."""
    rack = Rack(path, ["one"])
    key, data = sealed()
    rack.put(ENVELOPES, key, data)
    with sqlite3.connect(path) as holder:
        holder.execute("CREATE TRIGGER refuse BEFORE UPDATE ON envelope BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(Exception, match="no"):
        rack.acknowledge(ENVELOPES, "one", [key])
    assert set(rack.waiting(ENVELOPES, "one")) == {key}
    with sqlite3.connect(path) as holder:
        holder.execute("DROP TRIGGER refuse")
    holder.close()
    rack.acknowledge(ENVELOPES, "one", [key])
    assert rack.waiting(ENVELOPES, "one") == {}
    assert data[1000:1032] not in on_disk(path)
    rack.close()


def test_it_goes_on_after_a_checkpoint_that_failed(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The writer does not end with it, which would leave everybody without an answer."""
    failed = threading.Event()

    def refuse(*args: object) -> None:
        failed.set()
        raise OSError("canary")

    monkeypatch.setattr(writer, "CHECKPOINT_SECONDS", 0.05)
    monkeypatch.setattr("tipline.intake.writer.os.utime", refuse)
    rack = Rack(path, ["one"])
    assert failed.wait(10)
    key, data = sealed()
    rack.put(ENVELOPES, key, data)
    assert rack.get(ENVELOPES, key) == data
    rack.close()
    assert "canary" not in capsys.readouterr().err


def test_a_rack_has_one_intake(path: Path, rack: Rack) -> None:
    """A second one would give away places that the first has taken; after the end it is free again."""
    with pytest.raises(SettingsError, match="another"):
        Rack(path, ["one"])
    key, data = sealed()
    rack.put(ENVELOPES, key, data)
    rack.close()
    again = Rack(path, ["one"])
    assert again.get(ENVELOPES, key) == data
    again.close()


@pytest.mark.parametrize("damage", ["empty", "cut", "other"])
def test_a_damaged_rack_is_refused_with_a_sentence(path: Path, damage: str) -> None:
    """Not with a stack of calls."""
    whole = path.read_bytes()
    broken = {"empty": b"", "cut": whole[: len(whole) // 2], "other": secrets.token_bytes(8192)}[damage]
    path.write_bytes(broken)
    with pytest.raises(SettingsError, match=r"rack\.db"):
        Rack(path, ["one"])


def test_somebody_who_reads_long_does_not_hold_up_everybody(path: Path) -> None:
    """A backup program's open transaction keeps the log from being emptied, and no PUT from its answer."""
    rack = Rack(path, ["one"])
    rack.put(ENVELOPES, *sealed())
    with sqlite3.connect(path, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM envelope").fetchone()
        rack.put(ENVELOPES, *sealed())
        begun = time.monotonic()
        rack.acknowledge(ENVELOPES, "one", [next(iter(rack.waiting(ENVELOPES, "one")))])
        assert time.monotonic() - begun < 15
    reader.close()
    rack.close()

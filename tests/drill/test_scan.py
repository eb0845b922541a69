"""The search: planted needles at borders, in compressed streams, in files and in a process's memory."""

from __future__ import annotations

import gzip
import io
import os
import random
import secrets
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from tipline.drill import encodings, places, scan, sources
from tipline.drill.search import Sieve

# Fixed, so that every run has the same tests: with bytes whose base64url differs from its base64.
SECRET = random.Random(6).randbytes(32)
WORDS = "Reiher am Wehr 5d1c0b9e77aa4f02"
NEEDLES = (
    *encodings.of_bytes("key", SECRET),
    *encodings.of_text("words", WORDS),
    *encodings.of_address("address", "203.0.113.77"),
)
SIEVE = Sieve(NEEDLES)


def search(folder: Path) -> places.Searched:
    return places.search_folder("folder", folder, SIEVE, lambda _: None)


def planted(tmp_path: Path, data: bytes) -> list[places.Finding]:
    (tmp_path / "file").write_bytes(data)
    done = search(tmp_path)
    assert done.failures == []
    assert done.bytes == len(data)
    return done.findings


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a longer name.txt", data)
    return file.getvalue()


@pytest.mark.parametrize("needle", NEEDLES, ids=lambda needle: f"{needle.canary} {needle.encoding}")
def test_it_finds_each_needle_at_every_alignment(needle: encodings.Needle):
    """The sieve looks at aligned words only, and misses nothing for it."""
    for before in range(17):
        data = os.urandom(before) + needle.data + os.urandom(3)
        assert (before, needle) in [(hit.offset, hit.needle) for hit in SIEVE.find(data)]


@pytest.mark.parametrize("shift", [-40, -32, -31, -16, -1, 0, 1])
def test_it_finds_a_needle_at_the_border_of_two_chunks(tmp_path: Path, monkeypatch, shift: int):
    """Chunks overlap by as much as a needle can reach over a border, and nothing is counted twice."""
    monkeypatch.setattr(scan, "_CHUNK", 65536)
    data = bytearray(os.urandom(200_000))
    data[65536 + shift : 65536 + shift + 32] = SECRET
    found = planted(tmp_path, bytes(data))
    assert [(finding.canary, finding.encoding, finding.offset, finding.times) for finding in found] == [
        ("key", "raw", 65536 + shift, 1)
    ]


def test_it_finds_nothing_in_random_bytes(tmp_path: Path):
    """No chance hits, or nobody would believe the drill."""
    assert planted(tmp_path, os.urandom(8 * 1024 * 1024)) == []


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, zipped], ids=["gzip", "zlib", "zip"])
@pytest.mark.parametrize("size", [0, 3_000_000])
def test_it_looks_inside_streams_that_announce_themselves(tmp_path: Path, pack, size: int):
    """At any offset of any file, and however deep in the stream the canary lies."""
    filler = b"".join(str(number).encode() for number in range(size // 7))
    found = planted(tmp_path, os.urandom(100_003) + pack(filler + WORDS.encode() + filler) + os.urandom(99))
    assert [finding.canary for finding in found] == ["words"]
    assert found[0].packed


def test_it_looks_inside_a_stream_across_a_chunk_border(tmp_path: Path, monkeypatch):
    """A header that is cut in two is still a header."""
    monkeypatch.setattr(scan, "_CHUNK", 65536)
    for shift in range(-4, 2):
        data = os.urandom(65536 + shift) + gzip.compress(WORDS.encode()) + os.urandom(70_000)
        assert [finding.canary for finding in planted(tmp_path, data)] == ["words"]


def test_it_looks_inside_a_stream_in_a_stream(tmp_path: Path):
    """A compressed log in a compressed backup."""
    inner = zlib.compress(WORDS.encode("utf-16-le"))
    found = planted(tmp_path, os.urandom(70_000) + gzip.compress(b"a line of a log\n" * 5000 + inner))
    assert [(finding.encoding, len(finding.packed)) for finding in found] == [("utf-16-le", 2)]


@pytest.mark.parametrize("before", [0, 1, 40_000])
def test_it_guesses_raw_deflate_anywhere_in_a_small_file(tmp_path: Path, before: int):
    """Raw deflate has no header: up to 64 KiB every offset is tried, as the module says."""
    found = planted(tmp_path, os.urandom(before) + deflated(WORDS.encode() * 2))
    assert "words" in {finding.canary for finding in found}


def test_it_guesses_raw_deflate_at_the_start_of_a_large_file(tmp_path: Path):
    """Beyond 64 KiB the start is tried."""
    lines = b"".join(secrets.token_hex(8).encode() for _ in range(10_000))
    (finding,) = planted(tmp_path, deflated(lines + WORDS.encode() + lines))
    assert (finding.canary, finding.packed) == ("words", ("deflate at 0",))


def test_it_says_where_and_never_shows_the_surroundings(tmp_path: Path):
    """A report is published: it must not carry what the leak carried."""
    (finding,) = planted(tmp_path, b"mister x: " + WORDS.encode() + b" at noon")
    assert finding == places.Finding("words", "utf-8", "folder/file", 10, ())


def test_it_lists_special_files_and_does_not_follow_links(tmp_path: Path):
    """A pipe would block and a link leads out of the folder: both are named in the report."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "folder-link").symlink_to("/etc")
    done = search(tmp_path)
    assert done.special == ["folder/below/folder-link", "folder/link", "folder/pipe"]
    assert (done.files, done.failures) == (0, [])


def test_it_reads_names_links_and_attributes(tmp_path: Path):
    """A word is as readable in the name of a file as in the file; the report repeats no name it was in."""
    for number, plant in enumerate((name_file, name_folder, aim_link, set_attribute)):
        folder = tmp_path / str(number)
        folder.mkdir()
        plant(folder)
        done = search(folder)
        assert [finding.canary for finding in done.findings] == ["words"], plant.__name__
        assert done.findings[0].place == "folder: names, links and attributes"


def name_file(folder: Path) -> None:
    (folder / f"{WORDS}.txt").touch()


def name_folder(folder: Path) -> None:
    (folder / WORDS).mkdir()


def aim_link(folder: Path) -> None:
    (folder / "link").symlink_to(f"/nowhere/{WORDS}")


def set_attribute(folder: Path) -> None:
    (folder / "file").touch()
    try:
        os.setxattr(folder / "file", "user.comment", WORDS.encode())
    except OSError:
        name_file(folder)  # a file system that has no attributes cannot leak through them


def test_it_fails_for_a_folder_that_is_not_there(tmp_path: Path):
    """Nothing searched is not the same as nothing found."""
    assert search(tmp_path / "missing").failures


HOLDER = """
import sys, zlib
word = bytearray.fromhex(sys.stdin.readline().strip())
kept = word.decode() if sys.argv[1] == "plain" else zlib.compress(bytes(word) * 2)
print("ready", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("how", ["plain", "packed"])
def test_it_finds_a_word_in_a_processes_memory(how: str):
    """A long-lived process that keeps a word gives it to whoever takes the machine."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(WORDS.encode().hex() + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        done = places.search_processes("holder", sources.descendants(process.pid), SIEVE, lambda _: None)
        process.stdin.write("\n")
    assert process.returncode == 0, "the search lets the process go on"
    assert done.failures == []
    assert (done.processes, done.bytes > 1_000_000) == (1, True)
    found = {(finding.canary, bool(finding.packed)) for finding in done.findings}
    assert ("words", how == "packed") in found, done
    assert {canary for canary, _ in found} == {"words"}


def test_it_finds_a_deleted_file_that_is_still_open():
    """A spooled body has no name in any folder, and is on the disk all the same."""
    code = f"""
import os, sys, tempfile
with tempfile.TemporaryFile() as spool:
    os.write(spool.fileno(), bytes.fromhex({WORDS.encode().hex()!r}))
    print("ready", flush=True)
    sys.stdin.readline()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        done = places.search_processes("spooler", [process.pid], SIEVE, lambda _: None)
        process.communicate("\n")
    assert done.failures == []
    assert [finding.offset for finding in done.findings if "deleted file" in finding.place] == [0]


def test_it_fails_for_memory_that_cannot_be_read():
    """A process that ended, or one it may not read, was not searched: never a silent pass."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    done = places.search_processes("gone", [ended.pid], SIEVE, lambda _: None)
    assert done.processes == 0
    assert not done.clean


def test_it_finds_a_process_below_another():
    """The children of a server are searched too."""
    code = "import subprocess; below = subprocess.Popen(['cat']); print(below.pid, flush=True); below.wait()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert sources.descendants(parent.pid) == [parent.pid, child]
        parent.communicate()


def test_it_is_fast_enough_for_gigabytes():
    """Hundreds of needles at once, at well over 10 MB a second even on a busy machine."""
    needles = [needle for number in range(40) for needle in encodings.of_bytes(str(number), os.urandom(32))]
    sieve, data = Sieve(needles), os.urandom(16 * 1024 * 1024)
    begun = time.process_time()
    assert list(sieve.find(data)) == []
    assert time.process_time() - begun < 1.6

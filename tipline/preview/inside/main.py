"""The worker: reads one file, locks itself in, and answers with pictures."""

from __future__ import annotations

import io
import os

from tipline.preview.inside import frames, locks, pictures, sniff

_LENGTH = 8


def main() -> None:
    """Answer what is on standard input, and end."""
    locks.limit()
    data = read()
    kind = sniff.kind(data)
    pictures.load(kind)
    locks.lock()
    write(answer(kind, data))


def read() -> bytes:
    """Return the file: its length in eight bytes stands before it."""
    source = io.FileIO(0, closefd=False)
    data = bytearray(int.from_bytes(source.read(_LENGTH) or b"", "big"))
    left = memoryview(data)
    while left:
        came = source.readinto(left)
        if not came:
            os._exit(1)
        left = left[came:]
    return bytes(data)


def answer(kind: str, data: bytes) -> bytes:
    """Return the answer about a file, whatever it makes the libraries do short of ending this process."""
    try:
        made = pictures.of(kind, data)
        parts = [pictures.lines(one) for pair in made.pairs for one in pair]
    except MemoryError:
        made, parts = pictures.Pictures("large"), []
    except Exception:  # noqa: BLE001 -- libraries raise what they like over what strangers send
        made, parts = pictures.Pictures("broken"), []
    outcome, named = frames.OUTCOMES.index(made.outcome), sniff.KINDS.index(kind)
    numbers = bytes((outcome, named, int(sniff.is_mixed(data)), len(made.pairs)))
    return frames.MAGIC + numbers + made.total.to_bytes(4, "big") + b"".join(parts)


def write(what: bytes) -> None:
    """Answer, and end without a word more."""
    left = memoryview(what)
    while left:
        left = left[os.write(1, left) :]
    os._exit(0)

"""One tip, from words and files to parcels and envelope: what the page does, for sealers in Python."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tipline.errors import FormatError
from tipline.keyring.keyring import Keyring
from tipline.seal import docket, message, parcel, receipt, rewrap, sealing
from tipline.seal.suite import KEY_SIZE, suite_of

#: Takes each sealed parcel or envelope with its id, in the order they are to be sent.
Keep = Callable[[bytes, bytes], None]


@dataclass(frozen=True)
class Tip:
    """What somebody tells: *category* is a code of the keyring, *via* where it is sealed."""

    category: str
    danger: str
    text: str
    via: str
    lang: str = "en"
    files: Sequence[Path] = ()


def seal(keyring: Keyring, tip: Tip, entropy: bytes, keep_parcel: Keep) -> bytes:
    """Seal *tip* under the receipt *entropy*; return the envelope, after every parcel went to *keep_parcel*.

    Files are read a piece at a time. Raises KeyringError("category") or FormatError("too long").
    """
    section, category, desk = keyring.find(tip.category)
    keys = receipt.keys(entropy, keyring.agency)
    files = tuple(_seal_file(number, path, keep_parcel) for number, path in enumerate(tip.files, start=1))
    told = message.Message(
        kind="tip",
        via=tip.via,
        lang=tip.lang,
        category=category.code,
        danger=tip.danger,
        desk=desk.id,
        acknowledgement=keys.acknowledgement,
        thread=keys.thread,
        counter=0,
        text=tip.text,
        files=files,
        dummies=_dummies(files, keep_parcel),
    )
    address = sealing.Address(
        suite_of(section.suite), keyring.agency, section.epoch, [desk.key], [section.sorting]
    )
    what = docket.Docket(desk.id, tip.danger, keys.acknowledgement)
    return sealing.seal(address, what, keys, message.encode(told))


def _seal_file(number: int, path: Path, keep: Keep) -> message.File:
    """Seal one file under a key of its own. Its name is replaced: it may tell who made it."""
    size, key = path.stat().st_size, secrets.token_bytes(KEY_SIZE)
    count = parcel.count_for(size)
    ids = []
    with path.open("rb") as file:
        for index in range(count):
            sealed = parcel.seal(key, index, count, file.read(parcel.PIECE))
            ids.append(rewrap.envelope_id(sealed))
            keep(ids[-1], sealed)
        if file.read(1) or file.tell() != size:
            raise FormatError("parcel", f"file {number} changed while it was read")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return message.File(f"file-{number}{path.suffix.lower()}", kind, size, key, tuple(ids))


def _dummies(files: Sequence[message.File], keep: Keep) -> tuple[bytes, ...]:
    real = sum(len(file.parcels) for file in files)
    ids = []
    for _ in range(parcel.padded_count(real) - real):
        sealed = parcel.dummy()
        ids.append(rewrap.envelope_id(sealed))
        keep(ids[-1], sealed)
    return tuple(ids)

"""One tip, from words and files to parcels and envelope: what the page does, for sealers in Python."""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tipline.errors import FormatError
from tipline.keyring.keyring import Keyring
from tipline.seal import docket, message, padding, parcel, receipt, rewrap, sealing
from tipline.seal.suite import KEY_SIZE, Suite

_ENDING = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,80}")
_NO_ID = bytes(32)
#: Takes each sealed parcel, in the order of the files, then the dummies.
Keep = Callable[[bytes], None]


@dataclass(frozen=True)
class Tip:
    """What somebody tells: *category* is a code of the keyring, *via* where it is sealed."""

    category: str
    danger: str
    text: str
    via: str
    lang: str = "en"
    files: Sequence[Path] = ()


@dataclass(frozen=True, repr=False)
class Draft:
    """A tip that is addressed, under its receipt's *entropy*. Its *told* has zeros for the parcels' ids."""

    address: sealing.Address
    docket: docket.Docket
    keys: receipt.ReceiptKeys
    entropy: bytes
    told: message.Message
    files: Sequence[Path]

    @property
    def parcels(self) -> int:
        """How many parcels there will be, dummies too."""
        return len(self.told.dummies) + sum(len(file.parcels) for file in self.told.files)


def address(keyring: Keyring, tip: Tip) -> Draft:
    """Address *tip* under a new receipt, and make sure that it fits.

    Raises KeyringError("category"), or FormatError "too long" or "message".
    """
    section, category, desk = keyring.find(tip.category)
    entropy = receipt.generate()
    keys = receipt.keys(keyring.suite, entropy, keyring.agency)
    files = tuple(_describe(number, path) for number, path in enumerate(tip.files, start=1))
    count = sum(len(file.parcels) for file in files)
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
        dummies=(_NO_ID,) * (parcel.padded_count(count) - count),
    )
    # Ids all have one length, so what fits now will fit.
    coded = message.encode(told)
    padding.pad(coded)
    message.decode(coded)
    to = sealing.Address(keyring.suite, keyring.agency, keyring.epoch, desk.keys, [section.sorting], desk.k)
    return Draft(to, docket.Docket(desk.id, tip.danger, keys.acknowledgement), keys, entropy, told, tip.files)


def seal(draft: Draft, keep: Keep) -> bytes:
    """Seal *draft*: *keep* is given every parcel, dummies too; then the envelope is returned.

    Files are read a piece at a time. Raises FormatError("file") when one is not as long as it was.
    """
    files = []
    for file, path in zip(draft.told.files, draft.files, strict=True):
        files.append(
            replace(
                file,
                parcels=tuple(_kept(sealed, keep) for sealed in _parcels(draft.address.suite, file, path)),
            )
        )
    dummies = tuple(_kept(parcel.dummy(), keep) for _ in draft.told.dummies)
    told = replace(draft.told, files=tuple(files), dummies=dummies)
    return sealing.seal(draft.address, draft.docket, draft.keys, message.encode(told))


def safe_name(number: int, name: str) -> str:
    """Return the name that file *number* is sent under: the number, and a plain ending in lower case."""
    ending = _ENDING.search(name)
    return f"file-{number}.{ending[1].lower()}" if ending else f"file-{number}"


def _describe(number: int, path: Path) -> message.File:
    """Describe one file under a key of its own. Its name is replaced: it may tell who made it."""
    guessed = mimetypes.guess_type(path.name)[0] or ""
    kind = guessed if _TYPE.fullmatch(guessed) else "application/octet-stream"
    size, key = path.stat().st_size, secrets.token_bytes(KEY_SIZE)
    return message.File(safe_name(number, path.name), kind, size, key, (_NO_ID,) * parcel.count_for(size))


def _parcels(suite: Suite, file: message.File, path: Path) -> Iterator[bytes]:
    count, size = len(file.parcels), 0
    with path.open("rb") as source:
        for index in range(count):
            piece = source.read(parcel.PIECE)
            size += len(piece)
            yield parcel.seal(suite, file.key, index, count, piece)
        if size != file.size or source.read(1):
            raise FormatError("file", f"{path} changed while it was read")


def _kept(sealed: bytes, keep: Keep) -> bytes:
    keep(sealed)
    return rewrap.envelope_id(sealed)

"""`tipline seal`: seals a tip to a keyring's desk, in files, exactly as the page does it in a browser."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from tipline import clock
from tipline.cli.reading import read_keyring
from tipline.errors import FormatError, SettingsError
from tipline.keyring.keyring import Keyring
from tipline.seal import message, padding, parcel, receipt, sealing
from tipline.seal.docket import DANGER, Docket
from tipline.seal.message import File, Message
from tipline.seal.suite import KEY_SIZE, suite_of

_ENDING = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,80}")
_NO_ID = bytes(32)
Sink = Callable[[bytes], None]


@click.command()
@click.option("--keyring", "keyring_file", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--category", required=True, metavar="CODE", help="What it is about: see `tipline keys check`.")
@click.option(
    "--file",
    "paths",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Attach a file; may be repeated. Its name is not sent, its contents are sent as they are.",
)
@click.option(
    "--danger", type=click.Choice(DANGER), default="no", show_default=True, help="Is anyone in danger?"
)
@click.option("--lang", default="en", show_default=True, help="Language of the text.")
@click.option("--root", metavar="HEX", help="The fingerprint that you know the agency by.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
def command(  # noqa: PLR0913  one for each option
    *,
    keyring_file: Path,
    category: str,
    paths: tuple[Path, ...],
    danger: str,
    lang: str,
    root: str | None,
    out: Path,
) -> None:
    """Seal the text on standard input to the desk of a category, and print the receipt.

    OUT gets the envelope and its parcels, each named by its SHA-256, ready to be PUT to a relay.
    """
    ring = read_keyring(keyring_file, root)
    ring.check_dates(clock.today())
    draft = make_draft(ring, category, danger, lang, _read_text(), paths)
    _check_length(draft)
    _make_folder(out)
    count = sum(len(file.parcels) for file in draft.message.files)
    with click.progressbar(length=count, label="sealing files", file=sys.stderr, hidden=not count) as bar:
        sealed = seal_files(draft, lambda data: _write(out, data), lambda: bar.update(1))
    _write(out, sealing.seal(sealed.address, sealed.docket, sealed.keys, message.encode(sealed.message)))
    click.echo(receipt.format_(sealed.entropy))


@dataclass(frozen=True, repr=False)
class Draft:
    """A tip that is addressed: its *message* has zeros where the ids of parcels will be."""

    address: sealing.Address
    docket: Docket
    keys: receipt.ReceiptKeys
    entropy: bytes
    message: Message
    paths: tuple[Path, ...]


def make_draft(  # noqa: PLR0913, PLR0917  the words of the command
    ring: Keyring, category: str, danger: str, lang: str, text: str, paths: Sequence[Path]
) -> Draft:
    """Address a tip, with a new receipt. Raises KeyringError("category") or FormatError."""
    section, item, desk = ring.find(category)
    entropy = receipt.generate()
    keys = receipt.keys(entropy, ring.agency)
    files = tuple(_describe(number, path) for number, path in enumerate(paths, start=1))
    count = sum(len(file.parcels) for file in files)
    address = sealing.Address(
        suite_of(section.suite), ring.agency, section.epoch, [desk.key], [section.sorting]
    )
    what = Message(
        kind="tip",
        via="tool",
        lang=lang,
        category=item.code,
        danger=danger,
        desk=desk.id,
        acknowledgement=keys.acknowledgement,
        thread=keys.thread,
        counter=0,
        text=text,
        files=files,
        dummies=(_NO_ID,) * (parcel.padded_count(count) - count),
    )
    return Draft(address, Docket(desk.id, danger, keys.acknowledgement), keys, entropy, what, tuple(paths))


def seal_files(draft: Draft, sink: Sink, step: Callable[[], None]) -> Draft:
    """Give *sink* every parcel, dummies too; return the draft with their ids.

    *step* is called for each piece sealed. Raises FormatError("file") when a file is not as long as it was.
    """
    files = []
    for file, path in zip(draft.message.files, draft.paths, strict=True):
        ids = []
        for sealed in _parcels(file, path):
            sink(sealed)
            ids.append(hashlib.sha256(sealed).digest())
            step()
        files.append(replace(file, parcels=tuple(ids)))
    dummies = []
    for _ in draft.message.dummies:
        spare = parcel.dummy()
        sink(spare)
        dummies.append(hashlib.sha256(spare).digest())
    return replace(draft, message=replace(draft.message, files=tuple(files), dummies=tuple(dummies)))


def safe_name(number: int, name: str) -> str:
    """Return the name that file *number* is sent under: the number, and a plain ending in lower case."""
    ending = _ENDING.search(name)
    return f"file-{number}.{ending[1].lower()}" if ending else f"file-{number}"


def _describe(number: int, path: Path) -> File:
    guessed = mimetypes.guess_type(path.name)[0] or ""
    kind = guessed if _TYPE.fullmatch(guessed) else "application/octet-stream"
    size = path.stat().st_size
    key = secrets.token_bytes(KEY_SIZE)
    return File(safe_name(number, path.name), kind, size, key, (_NO_ID,) * parcel.count_for(size))


def _parcels(file: File, path: Path) -> Iterator[bytes]:
    """Seal a file piece by piece: no more of it than two pieces is ever in memory."""
    count, size = len(file.parcels), 0
    with path.open("rb") as source:
        for index in range(count):
            piece = source.read(parcel.PIECE)
            size += len(piece)
            yield parcel.seal(file.key, index, count, piece)
        if size != file.size or source.read(1):
            raise FormatError("file", f"{path} changed while it was read")


def _check_length(draft: Draft) -> None:
    """Refuse a message that will not fit, before anything is written. Ids all have one length."""
    coded = message.encode(draft.message)
    padding.pad(coded)
    message.decode(coded)


def _read_text() -> str:
    try:
        text = sys.stdin.buffer.read(4 * padding.SIZE).decode()
    except UnicodeDecodeError:
        raise FormatError("text", "standard input is not UTF-8") from None
    if not text.strip():
        raise FormatError("text", "there is nothing on standard input")
    return text


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{out}: {error.strerror}") from None
    if any(out.iterdir()):
        raise SettingsError(f"{out} is not empty: one tip a folder")


def _write(out: Path, data: bytes) -> None:
    path = out / hashlib.sha256(data).hexdigest()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)

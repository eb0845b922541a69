"""`tipline open`: opens a sealed tip in a folder with a desk's key file."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from tipline.errors import AccessError, FormatError
from tipline.keys import files
from tipline.seal import header, layout, message, opening, parcel
from tipline.seal.message import File, Message, to_base64
from tipline.seal.suite import SEED_SIZE, SUITES, Suite

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# Characters that steer a terminal or turn the direction of what follows: written as JSON escapes.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@click.command()
@click.option(
    "--key", required=True, type=click.Path(path_type=Path), help="From `tipline keys export-desk`."
)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="[default: DIR/opened]")
def command(key: Path, folder: Path, out: Path | None) -> None:
    """Open the tip in DIR, print its message as JSON and write its files.

    DIR holds the envelope and its parcels, each named by its SHA-256, as `tipline seal` writes them. Files
    are written under names that cannot leave their folder, and over nothing.
    """
    envelope = _find_envelope(folder)
    what, is_from = _open_envelope(envelope, files.read(key, files.DESK, SEED_SIZE))
    click.echo(_printable(what, verified=is_from))
    if what.files:
        _check_files(what, folder)
        _write_files(header.suite_in(envelope), what, folder, out or folder / "opened")


def _find_envelope(folder: Path) -> bytes:
    sizes = {layout.envelope_size(suite) for suite in SUITES.values()}
    found = [path for path in folder.iterdir() if path.is_file() and path.stat().st_size in sizes]
    if len(found) != 1:
        raise FormatError("envelope", f"{folder} holds {len(found)} files of an envelope's size, not one")
    return found[0].read_bytes()


def _open_envelope(envelope: bytes, seed: bytes) -> tuple[Message, bool]:
    """Return the message, and whether it was written with the receipt that the envelope carries."""
    suite = header.suite_in(envelope)
    whole = opening.open_stanza(envelope, suite.private(seed))
    if whole is None:
        raise AccessError("this envelope is not for the desk and epoch of this key")
    body = opening.open_body(envelope, opening.text_key_of(envelope, whole))
    _, follow_up = opening.open_reply(envelope, whole)
    return message.decode(body.message), opening.is_from(suite, body, follow_up)


def _printable(what: Message, *, verified: bool) -> str:
    """Write a message as JSON, without what a receipt gives and without the keys of files."""
    fields = {**asdict(what), "verified": verified}
    del fields["acknowledgement"]
    for file in fields["files"]:
        del file["key"]
    text = json.dumps(fields, ensure_ascii=False, indent=2, default=to_base64)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _check_files(what: Message, folder: Path) -> None:
    """Refuse names that are no plain names and parcels that are not there, before anything is written."""
    names = [file.name for file in what.files]
    for name in names:
        if not _NAME.fullmatch(name) or ".." in name or names.count(name) > 1:
            raise FormatError("file name", f"{name!r} is not written: it is no plain name, or there twice")
    wanted = [parcel_id for file in what.files for parcel_id in file.parcels]
    missing = [parcel_id.hex() for parcel_id in wanted if not (folder / parcel_id.hex()).is_file()]
    if missing:
        raise FormatError("parcel", f"{len(missing)} of {len(wanted)} are not in {folder}: {missing[0]} ...")


def _write_files(suite: Suite, what: Message, folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    pieces = sum(len(file.parcels) for file in what.files)
    with click.progressbar(length=pieces, label="opening files", file=sys.stderr) as bar:
        for file in what.files:
            _write_file(_opened(suite, file, folder), out / file.name, lambda: bar.update(1))


def _write_file(pieces: Iterator[bytes], path: Path, step: Callable[[], None]) -> None:
    """Write a file over nothing, and leave nothing of it when a parcel is wrong."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FormatError("file name", f"{path} is there already, and nothing is written over") from None
    try:
        with os.fdopen(descriptor, "wb") as target:
            for piece in pieces:
                target.write(piece)
                step()
    except BaseException:
        path.unlink()
        raise
    click.echo(str(path), err=True)


def _opened(suite: Suite, file: File, folder: Path) -> Iterator[bytes]:
    return parcel.open_file(suite, file.key, file.size, _read_parcels(file, folder))


def _read_parcels(file: File, folder: Path) -> Iterator[bytes]:
    for parcel_id in file.parcels:
        sealed = (folder / parcel_id.hex()).read_bytes()
        if hashlib.sha256(sealed).digest() != parcel_id:
            raise FormatError("hash", f"{parcel_id.hex()} is not what its name says")
        yield sealed

"""`tipline seal`: seals a tip to a keyring's desk, in files, exactly as the page does it in a browser."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import click

from tipline import clock, tip
from tipline.cli.reading import read_keyring
from tipline.errors import FormatError, SettingsError
from tipline.seal import padding, receipt
from tipline.seal.docket import DANGER


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
    ring.check_dates(category, clock.today())
    draft = tip.address(ring, tip.Tip(category, danger, _read_text(), "tool", lang, paths))
    _make_folder(out)
    count = draft.parcels
    with click.progressbar(length=count, label="sealing files", file=sys.stderr, hidden=not count) as bar:

        def keep(sealed: bytes) -> None:
            _write(out, sealed)
            bar.update(1)

        envelope = tip.seal(draft, keep)
    _write(out, envelope)
    click.echo(receipt.format_(draft.entropy))


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

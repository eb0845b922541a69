"""`tipline keys poster`: what hangs on a wall, with the fingerprint that nobody can exchange there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from tipline import clock
from tipline.ceremony.poster import poster
from tipline.cli.reading import read_root_public
from tipline.errors import SettingsError
from tipline.keyring.signature import fingerprint
from tipline.keys import files
from tipline.keys.rows import check_name

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("poster")
@click.option("--root", required=True, type=_FILE, help="The root.pub.")
@click.option("--name", required=True, help="The agency's name, as the public knows it.")
@click.option("--url", required=True, help="The public page.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new PDF.")
@click.option(
    "--fonts", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with fonts for a name that is not Latin, Greek or Cyrillic.",
)  # fmt: skip
def command(*, root: Path, name: str, url: str, out: Path, fonts: tuple[Path, ...]) -> None:
    """Make a poster: the address, and the root's fingerprint as 24 words and as a code."""
    if urlsplit(url).scheme not in {"https", "http"} or not urlsplit(url).hostname:
        raise SettingsError(f"--url {url}: an address that begins with https:// is wanted")
    print_ = fingerprint(read_root_public(root))
    files.write_private(out, poster(check_name(name), url, print_, clock.today(), fonts))
    out.chmod(0o644)

"""`tipline preview`: makes previews of files for a console, in sandboxes."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from tipline.preview.service import Server
from tipline.web import process


@click.command()
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    help="The UNIX socket to listen at: preview_socket of the agency's console.toml.",
)
def command(path: Path) -> None:
    """Make previews of files for a console, each in a sandbox; it holds no key and opens no folder."""
    process.overwrite_freed_memory()
    process.keep_memory_private()
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    server = Server(path)
    threading.Thread(target=server.serve_forever, name="previews", daemon=True).start()
    click.echo(f"preview: listening at {path}")
    signal.sigwait(ending)
    server.shutdown()

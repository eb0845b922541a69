"""The plain pages beside intake: a program of its own, so that it can fork, that ends with intake."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tipline.errors import RelayError
from tipline.settings import IntakeSettings, load
from tipline.web import process

_READABLE = "--readable-memory"


class PlainPages:
    """The process of the plain pages, if the settings of *config* want them. Entered, it is listening."""

    def __init__(self, settings: IntakeSettings, config: Path, *, readable: bool) -> None:
        flags = [_READABLE] if readable else []
        self._command = [sys.executable, "-m", __name__, str(config), str(os.getpid()), *flags]
        self._wanted = settings.plain is not None
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it. Raises RelayError when it does not come up."""
        if self._wanted:
            self._child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)  # noqa: S603
            if self._child.stdout is None or not self._child.stdout.readline():
                raise RelayError("the plain pages did not start")
        return self

    def __exit__(self, *exc: object) -> None:
        """End it."""
        if self._child is not None:
            self._child.terminate()
            self._child.wait()
            if self._child.stdout is not None:
                self._child.stdout.close()


def main(config: Path, parent: int, *, readable: bool) -> None:
    """Serve the plain pages of *config* until *parent* ends."""
    # Everything that can seal is loaded here, and not in intake.
    from tipline.intake.plain import create_app  # noqa: PLC0415
    from tipline.intake.plain_server import PlainServer  # noqa: PLC0415

    if not readable:
        process.keep_memory_private()
    settings = load(IntakeSettings, config)
    host, _, port = (settings.plain or "").rpartition(":")
    with PlainServer((host.strip("[]"), int(port)), create_app(settings)) as server:
        process.end_with_parent(signal.SIGTERM, parent)
        sys.stdout.write("serving\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    # intake blocks its signals, and a child inherits that. A key pressed at the terminal is for intake alone.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(Path(sys.argv[1]), int(sys.argv[2]), readable=_READABLE in sys.argv[3:])

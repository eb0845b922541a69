"""The plain pages' own process: one child for each request, whose memory ends with it."""

from __future__ import annotations

from pathlib import Path

from tipline.settings import IntakeSettings


class PlainPages:
    """The plain pages as a process beside intake, ended with it."""

    def __init__(self, settings: IntakeSettings, config: Path, *, readable: bool) -> None:
        del settings, config, readable

    def __enter__(self) -> None:
        """Start."""

    def __exit__(self, *exc: object) -> None:
        """End."""

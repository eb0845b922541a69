"""What every way of an alert has, and the ways that an agency's settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tipline.alerts.wording import Text
from tipline.errors import AlertError

#: Seconds that a server has for each answer.
TIMEOUT = 10.0


@dataclass(frozen=True)
class Reach:
    """Where alerts reach an officer: a mail address, a topic of ntfy, or nothing."""

    mail: str = ""
    ntfy: str = ""


class Channel(Protocol):
    """A way, by the *name* that pages and log have for it; *has_own*: the settings name somebody to tell.

    What it does raises AlertError when it fails.
    """

    name: str
    has_own: bool

    def reaches(self, one: Reach) -> bool:
        """Tell whether an officer is reached by this way."""

    def send(self, text: Text, people: Sequence[Reach], *, own: bool = True) -> str:
        """Tell everybody that the settings name for this way, unless *own* is false, and these *people*.

        Returns whom it did not reach, without naming anybody; empty when it reached all.
        """

    def check(self) -> None:
        """See whether it would work, without calling anybody."""


def secret(folder: Path, name: Path) -> str:
    """Read a secret from its file, beside the settings. Raises AlertError that names the file alone."""
    try:
        found = (folder / name).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AlertError(f"{name} cannot be read: {type(error).__name__}") from None
    if not found:
        raise AlertError(f"{name} is empty")
    return found


def left_out(refused: int, of: int) -> str:
    """Say how many were not reached. Raises AlertError when nobody was."""
    if refused and refused == of:
        raise AlertError("every address was refused")
    return f"{refused} of {of} addresses were refused" if refused else ""

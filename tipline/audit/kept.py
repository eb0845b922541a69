"""Published heads that somebody kept: boards, in files or as they are published now, and hashes in hex."""

from __future__ import annotations

from pathlib import Path

from tipline.audit.published import Kept
from tipline.board import board
from tipline.errors import KeyringError, SettingsError
from tipline.keys.roster import Trust

_SIZE = 32


def read(text: str, trust: Trust) -> Kept:
    """Read what was given as a head: 64 hexadecimal digits, in any spacing, or a file with a board.

    Raises SettingsError for neither, KeyringError for a board that this agency did not sign.
    """
    digest = _hex(text)
    if digest:
        return Kept(digest)
    path = Path(text)
    if not path.is_file():
        raise SettingsError(f"--head: {text} is neither a file nor 64 hexadecimal digits")
    return of_board(path.read_bytes(), trust)


def of_board(data: bytes, trust: Trust) -> Kept:
    """Return the head of the console's section of a board. Raises KeyringError."""
    sections = board.verified(data, trust.root_public, trust.revoked)
    for section in sections:
        if section.head.console == trust.console:
            return Kept(section.head.audit, section.head)
    raise KeyringError("console", f"this board has no section of console {trust.console}")


def _hex(text: str) -> bytes:
    try:
        digest = bytes.fromhex("".join(text.split()))
    except ValueError:
        return b""
    return digest if len(digest) == _SIZE else b""

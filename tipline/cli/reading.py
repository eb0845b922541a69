"""What several commands read alike: a keyring file, the root's lists and its fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tipline.ceremony import words
from tipline.errors import FormatError, KeyringError, SettingsError
from tipline.keyring import keyring
from tipline.keyring.keyring import MAGIC, Keyring
from tipline.keyring.signature import PUBLIC_SIZE, Signed, fingerprint
from tipline.keys import signer


def in_groups(print_: bytes) -> str:
    """Write a fingerprint in groups of four, to read out and compare."""
    text = print_.hex()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def read_keyring(path: Path, root: str | None) -> Keyring:
    """Read and verify a keyring against the fingerprint *root* (hex, in any spacing), dates aside.

    Without *root* it is checked against the root it names itself, which proves nothing about whose it is, and
    that is said. Raises SettingsError for a fingerprint that is none, KeyringError as keyring.verified does.
    """
    data = path.read_bytes()
    if root is not None:
        return keyring.verified(data, read_fingerprint(root))
    public = data[len(MAGIC) : len(MAGIC) + PUBLIC_SIZE]
    if len(public) != PUBLIC_SIZE:
        raise KeyringError("size", "it ends too early")
    checked = keyring.verified(data, fingerprint(public))
    click.echo(f"not compared, for want of --root: {in_groups(fingerprint(public))}", err=True)
    return checked


def read_lists(paths: Sequence[Path]) -> list[Signed]:
    """Read the root's lists out of files `revocations`, and out of keyrings as the relay serves them.

    Unverified. Raises KeyringError or FormatError for a file that is neither.
    """
    return [_read_list(path) for path in paths]


def _read_list(path: Path) -> Signed:
    data = path.read_bytes()
    return keyring.list_of(data) if data.startswith(MAGIC) else signer.read_revocations(path)


def read_root_public(path: Path) -> bytes:
    """Read a root's public key (root.pub). Raises FormatError("public key")."""
    public = path.read_bytes()
    if len(public) != PUBLIC_SIZE:
        raise FormatError("public key", f"{path} has {len(public)} bytes, not {PUBLIC_SIZE}")
    return public


def read_fingerprint(text: str) -> bytes:
    """Read a fingerprint in hex, in any spacing, or as its 24 words.

    Raises SettingsError for anything else, FormatError for words with a mistake.
    """
    if len(text.split()) == words.COUNT:
        return words.read(text)
    try:
        print_ = bytes.fromhex("".join(text.split()))
    except ValueError:
        print_ = b""
    if len(print_) != len(fingerprint(b"")):
        raise SettingsError("--root: a fingerprint is 64 hexadecimal digits, or 24 words")
    return print_

"""Asking holders for their shares: in as many lines as they like, with a word that is wrong asked again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from tipline.ceremony import shares
from tipline.ceremony.ceremony import ROOT
from tipline.ceremony.shares import Gathering
from tipline.errors import FormatError, KeyringError, SettingsError
from tipline.keyring.signature import fingerprint
from tipline.keys import files
from tipline.keys.signing import SEED_SIZE, SigningKey

#: What a person types to begin with the first share again. It is in no share.
AGAIN = "again"


def root_options(command: Callable[..., object]) -> Callable[..., object]:
    """Add --root-key and --root-shares, which *read_root* takes, to a command."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        click.option("--root-shares", is_flag=True, help="Ask the holders for the root's shares."),
        click.option("--root-key", type=file, help="The file of the root key, if one is kept."),
    ):
        command = option(command)
    return command


def read_root(root_key: Path | None, *, root_shares: bool, public: bytes | None = None) -> SigningKey:
    """Return the root's private key out of its file, or out of the shares of k holders, who are asked.

    With *public* it must be that root. Raises SettingsError unless exactly one of both is given.
    """
    if (root_key is None) == (not root_shares):
        raise SettingsError("either --root-key FILE or --root-shares is needed")
    if root_key is None:
        seed = ask(ROOT, SEED_SIZE, lambda seed: public in {None, SigningKey(seed).public})
    else:
        seed = files.read(root_key, files.ROOT, SEED_SIZE)
    key = SigningKey(seed)
    click.echo(f"root {fingerprint(key.public).hex()}", err=True)
    if public not in {None, key.public}:
        raise KeyringError("root", "this key is of another root")
    return key


def clear() -> None:
    """Clear the terminal's screen, and the lines above it that somebody could scroll back to."""
    click.clear()
    if sys.stdout.isatty():
        click.echo("\033[3J", nl=False)


def ask(
    what: str, size: int, is_right: Callable[[bytes], bool], sets: Mapping[str, str] | None = None
) -> bytes:
    """Ask for shares until they give a seed of *size* bytes that is right for the key called *what*.

    *sets*, where they are known, name the key that the sets of shares (as shares.set_of) are of.
    """
    while True:
        try:
            seed = _gather(what, Gathering(size), sets or {}).seed()
        except FormatError as error:
            _say_wrong(error, f"All shares of {what} again, please")
        else:
            if is_right(seed):
                return seed
            _say(f"These shares belong together, but they are not those of {what}. All again, please.")


def _gather(what: str, gathering: Gathering, sets: Mapping[str, str]) -> Gathering:
    while gathering.wanted is None or gathering.count < gathering.wanted:
        number = gathering.count + 1
        of = f" of {gathering.wanted}" if gathering.wanted else ""
        _say(f"Share {number}{of} of {what}: scan its code, or type its {gathering.length} words.")
        try:
            _add(gathering, _read_share(gathering.length), what, sets)
        except FormatError as error:
            if error.failure == AGAIN:
                raise
            _say_wrong(error, f"This share again, please, or `{AGAIN}` to begin with the first")
        else:
            # The next holder is not to read it from the screen.
            clear()
            _say(f"Share {number} of {what} is right.")
    return gathering


def _add(gathering: Gathering, words: list[str], what: str, sets: Mapping[str, str]) -> None:
    """Take a share in; a single wrong word is asked again until the checksum holds or names no word."""
    while place := shares.suspect(words):
        _say(f"The checksum does not hold: word {place}, {words[place - 1]}, is not as it is printed.")
        words[place - 1 : place] = _read_line(f"word {place}", place, 1)
    name = sets.get(shares.set_of(" ".join(words)), what)
    if name != what:
        raise FormatError("share", f"it is a share of {name}, not of {what}")
    gathering.add(words)


def _read_share(length: int) -> list[str]:
    words: list[str] = []
    while len(words) < length:
        words += _read_line(f"words {len(words) + 1} to {length}", len(words) + 1, length - len(words))
    return words


def _read_line(prompt: str, first: int, most: int) -> list[str]:
    """Ask for a line of at most so many words, again until each of them is one that shares are made of."""
    while True:
        line: str = click.prompt(prompt, err=True)
        if line.strip().lower() == AGAIN:
            raise FormatError(AGAIN, "begun again")
        try:
            words = shares.read_words(line, first - 1)
        except FormatError as error:
            _say_wrong(error, "This line again, please")
            continue
        if len(words) <= most:
            return words
        _say(f"These are {len(words)} words, and only {most} are still wanted. This line again, please.")


def _say_wrong(error: FormatError, then: str) -> None:
    what = str(error).removeprefix(f"{error.failure}: ")
    _say(f"{what[:1].upper()}{what[1:]}. {then}.")


def _say(text: str) -> None:
    click.echo(text, err=True)

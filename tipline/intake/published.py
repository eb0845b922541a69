"""Keyring and board as the consoles posted them: verified, on disk before the answer, one file each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from tipline.board import board
from tipline.board.board import BoardSection
from tipline.errors import FormatError, KeyringError, SettingsError
from tipline.intake.shelf import Shelf
from tipline.keyring import keyring, revocation
from tipline.keyring.keyring import Keyring
from tipline.keyring.reader import Reader
from tipline.keyring.revocation import Revocations
from tipline.keyring.section import Vouched, verified
from tipline.keyring.signature import PUBLIC_SIZE, Signed, agency_id, fingerprint
from tipline.seal.suite import HYBRID, Suite
from tipline.wire import shapes

T = TypeVar("T")

#: How what was published once may be refused later.
_OVER = {"revoked", "serial", "fields", "console", "categories"}
_KEYRING, _BOARD, _REVOCATIONS = "keyring", "board", "revocations"


class Published:
    """The published files under *folder*, below which is "published". *consoles* may post, each for itself,
    with keys of the *suite*.

    Attributes are replaced whole, so a reader needs no lock: *keyring* (None until the first is posted),
    *keyring_bytes*, *board_bytes*.
    """

    def __init__(  # noqa: PLR0913  one for each setting
        self,
        folder: Path,
        root_fingerprint: bytes,
        consoles: Iterable[str],
        floors: Mapping[str, int],
        revocations_floor: int = 0,
        *,
        suite: Suite = HYBRID,
    ) -> None:
        self._root = _read_root(folder / "root.pub", root_fingerprint)
        self._fingerprint = root_fingerprint
        self._floors, self._revocations_floor = floors, revocations_floor
        self._suite = suite
        self._shelf = Shelf(folder / "published")
        self._lock = threading.Lock()
        # Before the first list nobody is revoked; and every list is newer than this one.
        self._listed = Revocations(agency_id(self._root), 0, frozenset())
        self._list = Signed(b"", b"")
        # Lists of the root that were made apart from the served one: what they revoke counts all the same.
        self._apart: dict[str, Revocations] = {}
        self._sections: dict[str, tuple[Signed, Signed]] = {}
        self._boards: dict[str, bytes] = {}
        self.keyring: Keyring | None = None
        self.keyring_bytes = b""
        self.board_bytes = board.pack([])
        self._load_revocations(sorted(consoles))
        for console in sorted(consoles):
            self._load(console)

    def post_keyring(self, console: str, data: bytes) -> None:
        """Publish the revocations and *console*'s section of the keyring (wire.shapes.Posting).

        The newest list counts, whichever console posted it, and also when the section is refused: what a
        revoked signer signed is no longer served. A list that forgets whom the served one revokes is not
        served, but whom it revokes is revoked here. Raises KeyringError or FormatError when a part is not
        vouched for, is older than what is published, or does not go together with the other console's.
        """
        with self._lock:
            posting = shapes.read_posting(data)
            self._take_revocations(console, posting.revocations)
            if posting.section is not None:
                self._take_section(console, posting.section)
                self._shelf.write(_KEYRING, console, _join(posting.section))
                self._set_keyring({**self._sections, console: posting.section})

    def post_board(self, console: str, data: bytes) -> None:
        """Publish *console*'s section of the board (board.pack_section). Raises as *post_keyring* does."""
        with self._lock:
            self._take_board(console, data)
            self._shelf.write(_BOARD, console, data)
            self._set_boards({**self._boards, console: data})

    def _load_revocations(self, consoles: Sequence[str]) -> None:
        served = self._shelf.read(_REVOCATIONS)
        if served is not None:
            with _naming(_REVOCATIONS):
                (self._list,) = _split(served, 1)
                self._listed = revocation.verified(self._root, self._list)
        for console in consoles:
            data = self._shelf.read(_REVOCATIONS, console)
            if data is not None:
                with _naming(f"{_REVOCATIONS}.{console}"):
                    (signed,) = _split(data, 1)
                    self._apart[console] = revocation.verified(self._root, signed)

    def _load(self, console: str) -> None:
        """Load what *console* posted, but for what is below the page's floor, of a signer revoked since or of
        another version: the console posts it again.
        """
        posted, board_data = self._shelf.read(_KEYRING, console), self._shelf.read(_BOARD, console)
        with _naming(f"{_KEYRING}.{console}"):
            if posted is not None and not _is_over(
                partial(self._take_section, console), section := _split_two(posted)
            ):
                self._set_keyring({**self._sections, console: section})
        with _naming(f"{_BOARD}.{console}"):
            if board_data is not None and not _is_over(partial(self._take_board, console), board_data):
                self._set_boards({**self._boards, console: board_data})

    def _take_revocations(self, console: str, signed: Signed) -> None:
        """Take a list into force that follows the served one; an older one is of who has not heard yet."""
        said, known = revocation.verified(self._root, signed), self._listed
        if max(said.serial, known.serial) < self._revocations_floor:
            raise KeyringError("serial", f"list {said.serial} of revocations is older than the page")
        if said != known and said.extends(known):
            self._shelf.write(_REVOCATIONS, None, signed.pack())
            self._list, self._listed = signed, said
        elif said.revoked <= self._revocations.revoked:
            return
        else:
            self._shelf.write(_REVOCATIONS, console, signed.pack())
            self._apart[console] = said
        self._drop_revoked()

    @property
    def _revocations(self) -> Revocations:
        """Whom any list of the root revokes, and the consoles that the served one names."""
        apart = (said.revoked for said in self._apart.values())
        return replace(self._listed, revoked=self._listed.revoked.union(*apart))

    def _drop_revoked(self) -> None:
        """Stop serving what the list in force refuses, and remember none of its serials."""
        sections = [name for name, posted in self._sections.items() if _is_over(self._vouched, posted)]
        boards = [name for name, data in self._boards.items() if _is_over(self._read_board, data)]
        self._set_keyring({name: self._sections[name] for name in self._sections.keys() - sections})
        self._set_boards({name: self._boards[name] for name in self._boards.keys() - boards})
        for kind, consoles in ((_KEYRING, sections), (_BOARD, boards)):
            for console in consoles:
                self._shelf.remove(kind, console)

    def _take_section(self, console: str, posted: tuple[Signed, Signed]) -> None:
        section = self._vouched(posted).section
        _check_console(console, section.console)
        if console in self._sections:
            old = self._vouched(self._sections[console]).section
            _check_serial(
                section.serial, old.serial, same=posted[1].payload == self._sections[console][1].payload
            )
        packed = self._pack({**self._sections, console: posted})
        keyring.verified(packed, self._fingerprint, self._floors, suite=self._suite)

    def _take_board(self, console: str, data: bytes) -> None:
        section = self._read_board(data)
        _check_console(console, section.head.console)
        if console in self._boards:
            old = self._read_board(self._boards[console])
            _check_serial(section.head.serial, old.head.serial, same=section.head == old.head)

    def _vouched(self, posted: tuple[Signed, Signed]) -> Vouched:
        return verified(self._root, self._revocations, posted)

    def _read_board(self, data: bytes) -> BoardSection:
        return board.verified_section(data, self._root, self._revocations)

    def _set_keyring(self, sections: dict[str, tuple[Signed, Signed]]) -> None:
        packed = self._pack(sections)
        is_whole = sections and self._listed.serial >= self._revocations_floor
        self.keyring = keyring.verified(packed, self._fingerprint) if is_whole else None
        self._sections, self.keyring_bytes = sections, packed

    def _set_boards(self, boards: dict[str, bytes]) -> None:
        self._boards = boards
        self.board_bytes = board.pack([boards[console] for console in sorted(boards)])

    def _pack(self, sections: dict[str, tuple[Signed, Signed]]) -> bytes:
        return keyring.pack(self._root, self._list, [sections[console] for console in sorted(sections)])


def _read_root(path: Path, root_fingerprint: bytes) -> bytes:
    try:
        root = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path.name}: {error.strerror}") from None
    if len(root) != PUBLIC_SIZE or fingerprint(root) != root_fingerprint:
        raise SettingsError(f"{path.name}: this is not the root that root_fingerprint names")
    return root


@contextmanager
def _naming(name: str) -> Iterator[None]:
    try:
        yield
    except FormatError as error:
        raise SettingsError(f"published/{name}: {error}") from None


def _join(things: Sequence[Signed]) -> bytes:
    return b"".join(signed.pack() for signed in things)


def _split(data: bytes, count: int) -> tuple[Signed, ...]:
    """Undo the packing of *count* signed things that stand one after the other."""
    taking = Reader(data)
    things = tuple(taking.take_signed() for _ in range(count))
    taking.finish()
    return things


def _split_two(data: bytes) -> tuple[Signed, Signed]:
    vouching, section = _split(data, 2)
    return vouching, section


def _is_over(take: Callable[[T], object], data: T) -> bool:
    """Tell whether *take* refuses *data* that was good once.

    It is old, revoked, signed by another version, of a console that the root no longer names, or with a
    category that the root gave to another one since. Raises what else *take* raises.
    """
    try:
        take(data)
    except KeyringError as error:
        if error.failure not in _OVER:
            raise
        return True
    return False


def _check_console(posting: str, named: str) -> None:
    if posting != named:
        raise KeyringError("console", f"{posting} posted what speaks for {named}")


def _check_serial(new: int, old: int, *, same: bool) -> None:
    """The same may come again, since its answer may have been lost; another under the same serial may not."""
    if new < old or (new == old and not same):
        raise KeyringError("serial", f"serial {new} is not newer than {old}, which is published")

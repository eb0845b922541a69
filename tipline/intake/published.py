"""Keyring and board as the consoles posted them: verified, on disk before the answer, one file each."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tipline.board import board
from tipline.board.board import BoardSection
from tipline.errors import FormatError, KeyringError, SettingsError
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.keyring.section import Vouched, verified
from tipline.keyring.signature import PUBLIC_SIZE, Signed, fingerprint
from tipline.wire import shapes


class Published:
    """The published files under *folder*, below which is "published". *consoles* may post, each for itself.

    Attributes are replaced whole, so a reader needs no lock: *keyring* (None until the first is posted),
    *keyring_bytes*, *board_bytes*.
    """

    def __init__(
        self, folder: Path, root_fingerprint: bytes, consoles: Iterable[str], floors: Mapping[str, int]
    ) -> None:
        self._root = _read_root(folder / "root.pub", root_fingerprint)
        self._fingerprint = root_fingerprint
        self._floors = floors
        self._folder = folder / "published"
        self._folder.mkdir(exist_ok=True)
        self._lock = threading.Lock()
        self._sections: dict[str, tuple[Signed, Signed]] = {}
        self._boards: dict[str, bytes] = {}
        self.keyring: Keyring | None = None
        self.keyring_bytes = b""
        self.board_bytes = board.pack([])
        for console in sorted(consoles):
            self._load(console)

    def post_keyring(self, console: str, data: bytes) -> None:
        """Publish *console*'s section of the keyring (wire.shapes.pack_section).

        Raises KeyringError or FormatError when it is not vouched for, is older than what is published, or
        does not go together with the other console's.
        """
        with self._lock:
            posted = self._take_keyring(console, data)
            _write(self._file("keyring", console), data)
            self._set_keyring({**self._sections, console: posted})

    def post_board(self, console: str, data: bytes) -> None:
        """Publish *console*'s section of the board (board.pack_section). Raises as *post_keyring* does."""
        with self._lock:
            self._take_board(console, data)
            _write(self._file("board", console), data)
            self._set_boards({**self._boards, console: data})

    def _load(self, console: str) -> None:
        posted, board_data = self._read("keyring", console), self._read("board", console)
        if posted is not None:
            with _naming(self._file("keyring", console)):
                self._set_keyring({**self._sections, console: self._take_keyring(console, posted)})
        if board_data is not None:
            with _naming(self._file("board", console)):
                self._take_board(console, board_data)
                self._set_boards({**self._boards, console: board_data})

    def _read(self, kind: str, console: str) -> bytes | None:
        path = self._file(kind, console)
        return path.read_bytes() if path.exists() else None

    def _take_keyring(self, console: str, data: bytes) -> tuple[Signed, Signed]:
        posted = shapes.read_section(data)
        section = self._vouched(posted).section
        _check_console(console, section.console)
        if console in self._sections:
            old = self._vouched(self._sections[console]).section
            _check_serial(
                section.serial, old.serial, same=posted[1].payload == self._sections[console][1].payload
            )
        keyring.verified(self._pack({**self._sections, console: posted}), self._fingerprint, self._floors)
        return posted

    def _take_board(self, console: str, data: bytes) -> None:
        section = self._read_board(data)
        _check_console(console, section.head.console)
        if console in self._boards:
            old = self._read_board(self._boards[console])
            _check_serial(section.head.serial, old.head.serial, same=section.head == old.head)

    def _vouched(self, posted: tuple[Signed, Signed]) -> Vouched:
        return verified(self._root, *posted)

    def _read_board(self, data: bytes) -> BoardSection:
        return board.verified_section(data, self._root)

    def _set_keyring(self, sections: dict[str, tuple[Signed, Signed]]) -> None:
        packed = self._pack(sections)
        self.keyring = keyring.verified(packed, self._fingerprint)
        self._sections, self.keyring_bytes = sections, packed

    def _set_boards(self, boards: dict[str, bytes]) -> None:
        self._boards = boards
        self.board_bytes = board.pack([boards[console] for console in sorted(boards)])

    def _pack(self, sections: dict[str, tuple[Signed, Signed]]) -> bytes:
        return keyring.pack(self._root, [sections[console] for console in sorted(sections)])

    def _file(self, kind: str, console: str) -> Path:
        return self._folder / f"{kind}.{quote(console, safe='')}"


def _read_root(path: Path, root_fingerprint: bytes) -> bytes:
    try:
        root = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path.name}: {error.strerror}") from None
    if len(root) != PUBLIC_SIZE or fingerprint(root) != root_fingerprint:
        raise SettingsError(f"{path.name}: this is not the root that root_fingerprint names")
    return root


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except FormatError as error:
        raise SettingsError(f"{path.name}: {error}") from None


def _check_console(posting: str, named: str) -> None:
    if posting != named:
        raise KeyringError("console", f"{posting} posted what speaks for {named}")


def _check_serial(new: int, old: int, *, same: bool) -> None:
    """The same may come again, since its answer may have been lost; another under the same serial may not."""
    if new < old or (new == old and not same):
        raise KeyringError("serial", f"serial {new} is not newer than {old}, which is published")


def _write(path: Path, data: bytes) -> None:
    """Replace *path* whole: after a crash there is the old file or the new one, never a part."""
    unfinished = path.with_name(path.name + ".new")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

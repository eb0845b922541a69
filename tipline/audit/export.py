"""An export: all of an audit and nothing else of the database, for who has only the root's fingerprint.

One JSON object a line: what it is of; then desks, day heads, rosters and entries as they are stored. It
names officers, desks and case numbers, and no word of a tip. Nothing in it is believed: root and rosters are
checked as everywhere, and that nothing is missing is shown by published heads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, TypeVar

from tipline.audit.entry import Stored
from tipline.audit.source import Restored, Source
from tipline.errors import FormatError, KeyringError
from tipline.keyring import reader, revocation
from tipline.keyring.reader import Reader
from tipline.keyring.signature import Signed, fingerprint
from tipline.keys.roster import Trust, Version
from tipline.seal.message import from_base64, to_base64

T = TypeVar("T")

_WHAT = "tipline audit"
_HEADER = {"v", "what", "console", "root", "revocations", "restored"}
_LINE_MAX = 1 << 20


def write(source: Source, revocations: Signed, to: IO[bytes]) -> int:
    """Write all of a *source*, with the list of *revocations* as it is stored; return how many entries."""
    trust, said = source.trust, source.restored
    _put(
        to,
        {
            "v": 1,
            "what": _WHAT,
            "console": trust.console,
            "root": to_base64(trust.root_public),
            "revocations": to_base64(revocations.pack()),
            "restored": [said.of, said.on] if said else None,
        },
    )
    for desk, name in source.desks().items():
        _put(to, {"desk": to_base64(desk), "name": name})
    for day, opening in source.openings():
        _put(to, {"day": day, "opening": to_base64(opening)})
    return sum(_write_desk(source, desk, to) for desk in source.desks())


class Export:
    """An export in a file, read as what a verification reads. *root* is the fingerprint that one knows.

    Raises FormatError or KeyringError for a file that is none, or another agency's.
    """

    def __init__(self, file: IO[bytes], root: bytes) -> None:
        self._file = file
        self._desks: dict[bytes, str] = {}
        self._openings: list[tuple[int, bytes]] = []
        self._rosters: dict[bytes, list[Version]] = {}
        self._places: dict[bytes, list[int]] = {}
        self.trust, self.restored = _header(_line(file), root)
        self._index()

    def desks(self) -> Mapping[bytes, str]:
        """Return the desks by their names."""
        others = self._rosters.keys() | self._places.keys()
        return {desk: desk.hex() for desk in others} | self._desks

    def entries(self, desk: bytes) -> Iterator[Stored]:
        """Return a desk's chain in the order of the file."""
        for place in self._places.get(desk, ()):
            self._file.seek(place)
            yield _strictly(_line(self._file), _stored)

    def rosters(self, desk: bytes) -> Sequence[Version]:
        """Return the versions of a desk's roster in the order of the file."""
        return self._rosters.get(desk, [])

    def openings(self) -> Sequence[tuple[int, bytes]]:
        """Return the stored day heads."""
        return self._openings

    def _index(self) -> None:
        while True:
            place = self._file.tell()
            fields = _line(self._file)
            if not fields:
                return
            _strictly({**fields, "place": place}, self._take)

    def _take(self, fields: dict[str, Any]) -> None:
        if "opening" in fields:
            self._openings.append((reader.number(fields["day"]), _bytes(fields["opening"])))
            return
        desk = from_base64(fields["desk"], 16)
        if "entry" in fields:
            self._places.setdefault(desk, []).append(fields["place"])
        elif "statement" in fields:
            self._rosters.setdefault(desk, []).append(_version(fields))
        else:
            self._desks[desk] = reader.text(fields["name"])


def _write_desk(source: Source, desk: bytes, to: IO[bytes]) -> int:
    name, count = to_base64(desk), 0
    for one in source.rosters(desk):
        vouching = to_base64(one.vouching) if one.vouching else None
        signed = {"statement": to_base64(one.statement), "signature": to_base64(one.signature)}
        _put(to, {"desk": name, **signed, "vouching": vouching})
    for stored in source.entries(desk):
        signed = {"entry": to_base64(stored.entry), "signature": to_base64(stored.signature)}
        _put(to, {"desk": name, "seq": stored.seq, "case": stored.case, "at": stored.at, **signed})
        count += 1
    return count


def _put(to: IO[bytes], fields: dict[str, Any]) -> None:
    to.write(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _line(file: IO[bytes]) -> dict[str, Any]:
    """Return the next line's object, empty at the end."""
    line = file.readline(_LINE_MAX)
    if not line:
        return {}
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not fields:
        raise FormatError("export", "a line of it is not what an export is made of")
    return fields


def _strictly(fields: dict[str, Any], take: Callable[[dict[str, Any]], T]) -> T:
    try:
        return take(fields)
    except (ValueError, TypeError, KeyError):
        raise FormatError("export", "a line of it is not what an export is made of") from None


def _header(fields: dict[str, Any], root: bytes) -> tuple[Trust, Restored | None]:
    if fields.get("what") != _WHAT:
        raise FormatError("export", "it does not begin as an export of the audit does")
    return _strictly(fields, lambda fields: _trust(reader.exactly(fields, _HEADER), root))


def _trust(fields: dict[str, Any], root: bytes) -> tuple[Trust, Restored | None]:
    public = _bytes(fields["root"])
    if fingerprint(public) != root:
        raise KeyringError("root", "this is the audit of another agency than the one with that fingerprint")
    taking = Reader(_bytes(fields["revocations"]))
    revoked = revocation.verified(public, taking.take_signed())
    said = fields["restored"]
    restored = Restored(*(reader.number(day) for day in reader.items(said))) if said else None
    return Trust(public, reader.text(fields["console"]), revoked), restored


def _version(fields: dict[str, Any]) -> Version:
    vouching = fields["vouching"]
    return Version(
        _bytes(fields["statement"]),
        _bytes(fields["signature"]),
        _bytes(vouching) if vouching else None,
    )


def _stored(fields: dict[str, Any]) -> Stored:
    case = fields["case"]
    return Stored(
        reader.number(fields["seq"]),
        _bytes(fields["entry"]),
        _bytes(fields["signature"]),
        None if case is None else reader.number(case),
        reader.number(fields["at"]),
    )


def _bytes(text: str) -> bytes:
    return from_base64(text, len(text) * 3 // 4)

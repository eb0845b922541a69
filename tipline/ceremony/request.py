"""The request: what an agency's host asks of the machine with the root: a certificate, recovery keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tipline.errors import FormatError, KeyringError
from tipline.keyring import reader
from tipline.keyring.reader import Reader
from tipline.keyring.signature import PUBLIC_SIZE, Signed
from tipline.keys import files
from tipline.keys.rows import check_name
from tipline.seal.message import CODE, from_base64, to_base64
from tipline.seal.suite import suite_of

_FIELDS = {
    "name", "console", "suite", "signer", "desks", "categories", "joins", "certificate", "recovery",
    "revocations",
}  # fmt: skip
_SIGNED_MAX = 1 << 20


@dataclass(frozen=True)
class RequestedDesk:
    """A desk by its 16-byte *id*; *receives* tells whether tips are to be sealed to it."""

    id: bytes
    name: str
    receives: bool


@dataclass(frozen=True)
class Request:
    """A *console* with its *signer*'s public key and its *desks*; *name* is what people know it by.

    *certificate*, *recovery* and *revocations* are what the root signed for this console before; None the
    first time. *categories* are the codes that it publishes. One that *joins* another console's relay goes
    under that one's root.
    """

    name: str
    console: str
    suite: int
    signer: bytes
    desks: tuple[RequestedDesk, ...]
    certificate: Signed | None = None
    recovery: Signed | None = None
    revocations: Signed | None = None
    categories: tuple[str, ...] = ()
    joins: bool = False

    def encode(self) -> bytes:
        """Return the JSON bytes of the file. Nothing in it is secret."""
        return reader.write_json(
            {
                "name": self.name,
                "console": self.console,
                "suite": self.suite,
                "signer": to_base64(self.signer),
                "desks": [
                    {"id": to_base64(desk.id), "name": desk.name, "receives": desk.receives}
                    for desk in self.desks
                ],
                "categories": list(self.categories),
                "joins": self.joins,
                "certificate": _coded(self.certificate),
                "recovery": _coded(self.recovery),
                "revocations": _coded(self.revocations),
            }
        )


def write(path: Path, request: Request) -> None:
    """Write a request file in the place of an older one, if any."""
    files.replace(path, files.REQUEST, request.encode())


def read(path: Path) -> Request:
    """Read a request file. Raises AccessError, or FormatError("request") when it is damaged."""
    try:
        return reader.read_json(files.read(path, files.REQUEST), _FIELDS, _request)
    except KeyringError as error:
        raise FormatError("request", f"{path} is not as a request is ({error})") from None


def _request(fields: dict[str, Any]) -> Request:
    return Request(
        name=check_name(reader.text(fields["name"])),
        console=reader.text(fields["console"]),
        suite=suite_of(reader.number(fields["suite"])).code,
        signer=from_base64(fields["signer"], PUBLIC_SIZE),
        desks=tuple(_desk(entry) for entry in reader.items(fields["desks"])),
        certificate=_signed(fields["certificate"]),
        recovery=_signed(fields["recovery"]),
        revocations=_signed(fields["revocations"]),
        categories=tuple(_code(item) for item in reader.items(fields["categories"])),
        joins=_truth(fields["joins"]),
    )


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _code(value: object) -> str:
    if not CODE.fullmatch(reader.text(value)):
        raise ValueError
    return str(value)


def _desk(entry: object) -> RequestedDesk:
    fields = reader.exactly(entry, {"id", "name", "receives"})
    name = check_name(reader.text(fields["name"]))
    return RequestedDesk(from_base64(fields["id"], 16), name, _truth(fields["receives"]))


def _coded(signed: Signed | None) -> str:
    return to_base64(signed.pack()) if signed else ""


def _signed(coded: object) -> Signed | None:
    if not isinstance(coded, str) or len(coded) > _SIGNED_MAX:
        raise TypeError
    if not coded:
        return None
    taking = Reader(from_base64(coded, len(coded) * 3 // 4))
    signed = taking.take_signed()
    taking.finish()
    return signed

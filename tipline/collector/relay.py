"""The handover port as the collector sees it: every answer is measured before it is believed."""

from __future__ import annotations

import ipaddress
import ssl
from types import TracebackType
from typing import Self

import httpx

from tipline.errors import FormatError, RelayError, SettingsError
from tipline.seal import layout, parcel
from tipline.seal.suite import SUITES
from tipline.settings import ConsoleSettings
from tipline.wire import paths, shapes

ENVELOPE_MAX = max(layout.envelope_size(suite) for suite in SUITES.values())
_LIST_MAX = 64 * 1024 * 1024
_PUBLISHED_MAX = 64 * 1024 * 1024
_REASON_MAX = 200
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)


class Relay:
    """A connection to intake's handover port. Every method raises RelayError when the relay fails it."""

    def __init__(self, settings: ConsoleSettings, secret: bytes) -> None:
        self._client = httpx.Client(
            base_url=settings.relay,
            headers={"Authorization": paths.bearer(secret)},
            timeout=_TIMEOUT,
            verify=_trust(settings),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def list(self) -> shapes.Offer:
        """Return what this console has not acknowledged."""
        try:
            return shapes.read_offer(self._take(paths.LIST, _LIST_MAX) or b"")
        except FormatError as error:
            raise RelayError(f"its list: {error}") from None

    def envelope(self, envelope_id: bytes) -> bytes | None:
        """Return the bytes under this id, unchecked; None when they are gone."""
        return self._take(paths.ENVELOPE + envelope_id.hex(), ENVELOPE_MAX)

    def parcel(self, parcel_id: bytes) -> bytes | None:
        """Return the bytes under this id, unchecked; None when they are gone."""
        return self._take(paths.PARCEL + parcel_id.hex(), parcel.SIZE)

    def keyring(self) -> bytes | None:
        """Return the keyring as it is published, unverified; None when there is none."""
        return self._take(paths.KEYRING, _PUBLISHED_MAX)

    def board(self) -> bytes:
        """Return the board as it is published, unverified."""
        return self._take(paths.BOARD, _PUBLISHED_MAX) or b""

    def acknowledge(self, stored: shapes.Stored) -> None:
        """Tell the relay what is durably stored here."""
        self._send("POST", paths.ACKNOWLEDGE, stored.encode(), "application/json")

    def put_keyring(self, body: bytes) -> None:
        """Post what *shapes.Posting.pack* put together."""
        self._send("PUT", paths.KEYRING, body)

    def put_board(self, body: bytes) -> None:
        """Post the section that *board.pack_section* put together."""
        self._send("PUT", paths.BOARD, body)

    def _take(self, path: str, most: int) -> bytes | None:
        try:
            with self._client.stream("GET", path) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                if answer.status_code != httpx.codes.OK:
                    raise RelayError(f"GET {_kind(path)}: it answered {answer.status_code}")
                return _read(answer, most)
        except httpx.HTTPError as error:
            raise RelayError(f"GET {_kind(path)}: {type(error).__name__}") from None

    def _send(self, method: str, path: str, body: bytes, kind: str = "application/octet-stream") -> None:
        try:
            with self._client.stream(method, path, content=body, headers={"Content-Type": kind}) as answer:
                if answer.status_code != httpx.codes.NO_CONTENT:
                    reason = _printable(_read(answer, 64 * 1024))
                    raise RelayError(f"{method} {path}: it answered {answer.status_code} {reason}")
        except httpx.HTTPError as error:
            raise RelayError(f"{method} {path}: {type(error).__name__}") from None


def _read(answer: httpx.Response, most: int) -> bytes:
    """Read a body, and not on after *most* bytes: what is cut off is no list, and not what its name says."""
    taken = bytearray()
    for piece in answer.iter_raw():
        taken += piece
        if len(taken) > most:
            break
    return bytes(taken)


def _trust(settings: ConsoleSettings) -> ssl.SSLContext | bool:
    """Return what to check the relay by: over a network the pinned certificate, and no authority's word."""
    url = httpx.URL(settings.relay)
    if url.scheme == "http" and _is_private(url.host):
        return False
    if url.scheme != "https" or settings.relay_certificate is None:
        raise SettingsError("relay: an address that is not private needs https, and relay_certificate to pin")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # The pinned certificate is the relay's identity, whatever name or address it is reached by.
    context.check_hostname = False
    try:
        context.load_verify_locations(settings.folder / settings.relay_certificate)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"relay_certificate: {error.strerror or 'not a certificate'}") from None
    return context


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def _kind(path: str) -> str:
    # Without the id: a log must not say which envelope, when.
    return path.rsplit("/", 1)[0] or path


def _printable(reason: bytes) -> str:
    text = reason[:_REASON_MAX].decode(errors="replace").strip()
    return "".join(c for c in text if c.isprintable())

"""How much one address may send. Addresses are kept only as a hash under a random key that dies after ten minutes.

IPv4 is small enough to try every address, so the short life of the key is the protection, not the hash. What
an address sent is therefore counted for ten minutes at most, whatever the limit says.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

from tipline.settings import IntakeSettings

KEY_SECONDS = 600.0
_IPV4_PREFIX, _IPV6_PREFIX = 24, 56


class AddressKey:
    """Names a network (a /24 or a /56) by a hash that nobody can repeat once its key is replaced."""

    def __init__(self, proxy_hops: int) -> None:
        self._hops = proxy_hops
        self.replace()
        threading.Thread(target=self._replace_forever, name="address-key", daemon=True).start()

    def __call__(self, environ: Mapping[str, Any]) -> str:
        """Return the name of the network that a request comes from."""
        address = environ.get("REMOTE_ADDR", "")
        if self._hops:
            # The proxy adds what it saw at the right end; the rest is whatever the visitor wrote.
            address = environ.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
        return hmac.digest(self._key, network(address), hashlib.sha256)[:16].hex()

    def replace(self) -> None:
        """Forget the key, and with it every address counted so far."""
        self._key = secrets.token_bytes(32)

    def _replace_forever(self) -> None:
        never = threading.Event()
        while not never.wait(KEY_SECONDS):
            self.replace()


def network(address: str) -> bytes:
    """Return the network of *address* in binary; everything that is no address counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = _IPV4_PREFIX if parsed.version == 4 else _IPV6_PREFIX
    return parsed.packed[: bits // 8]


class Limits:
    """Flask-Limiter over that key; the onion listener, known by its port, has one budget for everybody."""

    def __init__(self, app: Flask, settings: IntakeSettings) -> None:
        self._settings = settings
        self._onion_port = settings.onion.rpartition(":")[2]
        key = AddressKey(settings.proxy_hops)
        self._limiter = Limiter(
            lambda: key(request.environ), app=app, storage_uri="memory://", headers_enabled=False
        )

    def envelopes(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Limit a view that takes envelopes."""
        return self._limited(view, self._settings.envelope_limit, self._settings.onion_envelope_limit)

    def parcels(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Limit a view that takes parcels."""
        return self._limited(view, self._settings.parcel_limit, self._settings.onion_parcel_limit)

    def _limited(self, view: Callable[..., Any], each: str, onion: str) -> Callable[..., Any]:
        by_address = self._limiter.limit(each, exempt_when=self._is_onion)
        all_together = self._limiter.limit(onion, key_func=lambda: "onion", exempt_when=self._is_public)
        limited: Callable[..., Any] = by_address(all_together(view))
        return limited

    def _is_onion(self) -> bool:
        return bool(request.environ["SERVER_PORT"] == self._onion_port)

    def _is_public(self) -> bool:
        return not self._is_onion()

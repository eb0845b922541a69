"""How much one address may send. It is kept only as a hash under a random key that dies after ten minutes.

IPv4 is small enough to try every address, so the short life of the key is the protection, not the hash. The
counts go with it, since they tell the second of a first PUT: an address is counted for ten minutes at most.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections.abc import Mapping
from typing import Any

from flask import Flask, abort, request
from flask_limiter import Limiter
from limits import parse

from tipline.settings import IntakeSettings

KEY_SECONDS = 600.0
_IPV4_PREFIX, _IPV6_PREFIX = 24, 56


class AddressKey:
    """Names a network (a /24 or a /56) by a hash that nobody can repeat once its key is replaced.

    *proxy_hops* is 1 behind a proxy that adds X-Forwarded-For, else 0.
    """

    def __init__(self, proxy_hops: int) -> None:
        self._hops = proxy_hops
        self.replace()

    def name(self, environ: Mapping[str, Any]) -> str:
        """Return the name of the network that a request comes from."""
        address: str = environ.get("REMOTE_ADDR", "")
        if self._hops:
            # The proxy adds what it saw at the right end; the rest is whatever the visitor wrote.
            address = environ.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
        return hmac.digest(self._key, network(address), hashlib.sha256)[:16].hex()

    def replace(self) -> None:
        """Take another key; nobody can tell any more whom the old names meant."""
        self._key = secrets.token_bytes(32)


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
    """Counts PUTs with Flask-Limiter: by that name, or on the onion listener (known by its port) together.

    Its hooks and decorators cost more than all the rest of a PUT, so they are left on an app that serves
    nothing, and the strategy behind them is asked directly.
    """

    def __init__(self, settings: IntakeSettings) -> None:
        self._onion_port = settings.onion.rpartition(":")[2]
        self._addresses = AddressKey(settings.proxy_hops)
        self._by_address, self._onion = _limiter(), _limiter()
        self._each = {"e": parse(settings.envelope_limit), "p": parse(settings.parcel_limit)}
        self._all = {"e": parse(settings.onion_envelope_limit), "p": parse(settings.onion_parcel_limit)}
        threading.Thread(target=self._forget_forever, name="limits", daemon=True).start()

    def count(self, kind: str) -> None:
        """Count one PUT of *kind* ("e" or "p") in the current request; abort with 429 when it is too many."""
        environ = request.environ
        if environ["SERVER_PORT"] == self._onion_port:
            within = self._onion.limiter.hit(self._all[kind], kind)
        else:
            within = self._by_address.limiter.hit(self._each[kind], kind, self._addresses.name(environ))
        if not within:
            abort(429)

    def forget(self) -> None:
        """Forget every address."""
        self._addresses.replace()
        self._by_address.storage.reset()

    def _forget_forever(self) -> None:
        never = threading.Event()
        while not never.wait(KEY_SECONDS):
            self.forget()


class _NoTimer:
    """Stands for the thread that the counts' expiry would start again and again: they are dropped whole."""

    def is_alive(self) -> bool:
        return True


def _limiter() -> Limiter:
    limiter = Limiter(lambda: "", app=Flask(__name__), storage_uri="memory://", headers_enabled=False)
    limiter.storage.timer = _NoTimer()  # type: ignore[attr-defined]
    return limiter

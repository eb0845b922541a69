"""Covers: envelopes to nobody, sent through the public port as anybody sends.

Against whom: the other console on the relay, which can count what it cannot open. The relay itself sees the
address that a cover comes from, and how it is sent: what it could see is in docs/operating.md.
"""

from __future__ import annotations

import hashlib
import secrets

import httpx
from sqlalchemy import Engine

from tipline import clock, cover
from tipline.collector import cover_plan
from tipline.collector.cover_plan import DAY_SECONDS
from tipline.collector.holding import Holding
from tipline.errors import RelayError, SettingsError
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.seal import docket, receipt, sealing
from tipline.wire import paths

_TIMEOUT = httpx.Timeout(120.0, connect=60.0)
_RANDOM = secrets.SystemRandom()


class Covers:
    """What a collector remembers between two looks: when the last one was."""

    def __init__(self, engine: Engine, holding: Holding) -> None:
        """Raises SettingsError without an address to send covers to."""
        if holding.settings.covers_url is None:
            raise SettingsError("covers_per_day: covers_url must say where they are sent to")
        self._engine = engine
        self._settings = holding.settings
        self._last: int | None = None

    def look(self) -> str:
        """Send the covers that are due; return in a few words what was done. Raises RelayError.

        What the relay refuses stays due. One whose answer was lost counts when it comes in.
        """
        today, now = clock.day_number(), clock.seconds()
        before, self._last = self._last or now, now
        with self._engine.connect() as connection:
            counted = cover.count(connection, today).all
        looks = (_in_day(before, today), _in_day(now, today))
        due = cover_plan.due(self._settings.covers_per_day, counted, looks, _RANDOM.random)
        if due:
            self._send(due, today)
        return f"sent {due}" if due else ""

    def _send(self, due: int, today: int) -> None:
        url, proxy = self._settings.covers_url or "", self._settings.covers_proxy
        with httpx.Client(base_url=url, proxy=proxy, timeout=_TIMEOUT, trust_env=False) as client:
            try:
                published = client.get("/keyring").raise_for_status().content
                keys = self._read(published)
                for _ in range(due):
                    self._send_one(client, make(keys), today)
            except httpx.HTTPStatusError as error:
                raise RelayError(f"a cover: it answered {error.response.status_code}") from None
            except httpx.HTTPError as error:
                raise RelayError(f"a cover: {type(error).__name__}") from None

    def _read(self, published: bytes) -> Keyring:
        own = self._settings
        return keyring.verified(published, bytes.fromhex(own.root_fingerprint), suite=own.suite)

    def _send_one(self, client: httpx.Client, envelope: bytes, today: int) -> None:
        cover_id = hashlib.sha256(envelope).digest()
        # Known before it is sent: whatever ends this process, nobody takes it for a tip.
        cover.add(self._engine, cover_id, today)
        headers = {paths.WORK_HEADER: paths.NO_WORK, "Content-Type": "application/octet-stream"}
        answer = client.put(f"{paths.PUT_ENVELOPE}{cover_id.hex()}", content=envelope, headers=headers)
        answer.raise_for_status()
        cover.take(self._engine, cover_id)


def make(keys: Keyring) -> bytes:
    """Return an envelope that nobody can open, and that nobody can tell from one that somebody can."""
    to = sealing.Address(keys.suite, keys.agency, keys.epoch, [], [])
    nobody = receipt.keys(keys.suite, receipt.generate(), keys.agency)
    return sealing.seal(to, docket.Docket(docket.NO_DESK, "no", nobody.acknowledgement), nobody, b"")


def _in_day(seconds: int, day: int) -> int:
    """Return which second of a *day* it is; of another day, this one's first or last."""
    return min(max(0, seconds - day * DAY_SECONDS), DAY_SECONDS)

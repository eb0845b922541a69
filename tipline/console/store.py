"""Sessions in memory: what a cookie opens is unlocked keys, so nothing of a session is ever written anywhere.

The cookie is 256 random bits, of which only the SHA-256 is kept. A session that idles, or is signed out of,
is emptied of its keys; their memory is overwritten when Python frees it, as `tipline console` sets it up.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from tipline import clock
from tipline.cases.work import Work
from tipline.seal.message import CODE

#: Sessions of people who have not signed in hold a form's token: so many, then the oldest goes.
ANONYMOUS_MAX = 1000
#: From the passphrase to the second factor, and how long a confirmation serves for sensitive acts.
HALF_SECONDS, FRESH_SECONDS = 600.0, 300.0


class ConsoleSession(CallbackDict[str, Any], SessionMixin):
    """One browser's session: *work* is an officer's unlocked keys and index, None before signing in.

    *half* holds them from the passphrase to the second factor, and no view but that step reads it. *id* names
    the session to its officer, *since* is the second it began at. *expired* tells that the cookie's session
    was locked for idling.
    """

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__(on_update=ConsoleSession._changed)
        self.work: Work | None = None
        self.half: Work | None = None
        #: While a large index is read: see reading.py.
        self.reading: threading.Thread | None = None
        #: What a security key is to answer next: it serves once.
        self.challenge: bytes | None = None
        self.expired = expired
        self.modified = False
        self.touched = 0.0
        self.confirmed: float | None = None
        self.hash: bytes | None = None
        self.replaced = False
        self.id = ""
        self.since = 0

    @property
    def held(self) -> Work | None:
        """What this session holds, signed in or half."""
        return self.work or self.half

    def half_way(self, work: Work) -> None:
        """Begin anew with keys that nothing may use before the second factor."""
        self.wipe()
        self.half, self.replaced, self.modified = work, True, True

    def sign_in(self, work: Work) -> None:
        """Begin anew with keys: the cookie from before signing in opens nothing any more."""
        self.clear()
        self.work, self.half, self.challenge = work, None, None
        self.id, self.since = secrets.token_hex(8), clock.seconds()
        self.replaced, self.modified = True, True

    def wipe(self) -> None:
        """Forget everything, keys first."""
        held, self.work, self.half = self.held, None, None
        self.challenge, self.confirmed = None, None
        if held is not None:
            held.wipe()
        self.clear()

    def take_challenge(self) -> bytes:
        """Return what a security key had to answer, once; an answer to anything else is not right."""
        asked, self.challenge = self.challenge, None
        return asked or secrets.token_bytes(32)

    def _changed(self) -> None:
        self.modified = True


class Store:
    """All sessions by the hash of their cookie. *now* is a clock that only goes forward, in seconds."""

    def __init__(self, idle_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._idle = idle_seconds
        self._now = now
        self._sessions: dict[bytes, ConsoleSession] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._sessions)

    def find(self, token: str) -> ConsoleSession:
        """Return the session of a cookie; a blank one when there is none, or none any more."""
        self.sweep()
        with self._lock:
            session = self._sessions.get(_hash(token))
            return ConsoleSession(expired=True) if session is None else session

    def touch(self, session: ConsoleSession) -> None:
        """Note that the officer is there. Not for every request: a page left open asks for things too."""
        session.touched = self._now()

    def confirm(self, session: ConsoleSession) -> None:
        """Note that the officer has just proved again who they are."""
        session.confirmed = self._now()

    def is_fresh(self, session: ConsoleSession) -> bool:
        """Tell whether that was less than five minutes ago."""
        return session.confirmed is not None and self._now() - session.confirmed < FRESH_SECONDS

    def idle(self, session: ConsoleSession) -> float:
        """Return for how many seconds the officer was not there."""
        return self._now() - session.touched

    def all_(self) -> list[ConsoleSession]:
        """Return all sessions there are."""
        with self._lock:
            return list(self._sessions.values())

    def of(self, officer: bytes) -> list[ConsoleSession]:
        """Return an officer's sessions, oldest first, half ones left out."""
        with self._lock:
            found = [one for one in self._sessions.values() if one.work and one.work.member.id == officer]
        return sorted(found, key=lambda session: session.since)

    def end(self, officer: bytes) -> int:
        """End all of an officer's sessions, half ones too; return how many there were."""
        with self._lock:
            ended = [one for one in self._sessions.values() if one.held and one.held.member.id == officer]
        for session in ended:
            self.drop(session)
        return len(ended)

    def keep(self, session: ConsoleSession) -> str:
        """Keep a session under a new cookie; return the cookie."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            if session.hash is not None:
                self._sessions.pop(session.hash, None)
            session.hash, session.touched, session.replaced = _hash(token), self._now(), False
            self._sessions[session.hash] = session
            self._bound()
        return token

    def drop(self, session: ConsoleSession) -> None:
        """Forget a session and wipe it."""
        with self._lock:
            self._sessions.pop(session.hash or b"", None)
        session.hash = None
        session.wipe()

    def sweep(self) -> None:
        """Wipe every session that has idled too long. To be called from time to time, requests or none."""
        with self._lock:
            gone = [
                session for session in self._sessions.values() if self.idle(session) > self._limit(session)
            ]
        for session in gone:
            self.drop(session)

    def _limit(self, session: ConsoleSession) -> float:
        return self._idle if session.half is None else min(self._idle, HALF_SECONDS)

    def _bound(self) -> None:
        anonymous = [session for session in self._sessions.values() if session.held is None]
        for session in anonymous[: max(0, len(anonymous) - ANONYMOUS_MAX)]:
            self._sessions.pop(session.hash or b"", None)


class Sessions(SessionInterface):
    """Flask's way to the store. *secure*: the cookie travels over TLS only, under a name that says so.

    The *console* is in the cookie's name: browsers tell hosts apart, and not the ports of one host.
    """

    session_class = ConsoleSession

    def __init__(self, store: Store, console: str, *, secure: bool) -> None:
        self.store = store
        self._secure = secure
        named = console if CODE.fullmatch(console) else hashlib.sha256(console.encode()).hexdigest()[:16]
        self.name = f"__Host-tipline-{named}" if secure else f"tipline-{named}"

    def open_session(self, app: Flask, request: Request) -> ConsoleSession:
        """Return the session of a request's cookie, or a blank one."""
        del app
        token = request.cookies.get(self.name)
        return self.store.find(token) if token else ConsoleSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set a cookie where a session begins, and delete it where one ended."""
        del app
        assert isinstance(session, ConsoleSession)
        blank = session.held is None and not session
        if blank:
            if session.hash is not None:
                self.store.drop(session)
            if session.expired or session.modified:
                response.delete_cookie(self.name, secure=self._secure, httponly=True, samesite="Strict")
        elif session.hash is None or session.replaced:
            token = self.store.keep(session)
            response.set_cookie(
                self.name, token, secure=self._secure, httponly=True, samesite="Strict", path="/"
            )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

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

from tipline.cases.work import Work

#: Sessions of people who have not signed in hold a form's token: so many, then the oldest goes.
ANONYMOUS_MAX = 1000


class ConsoleSession(CallbackDict[str, Any], SessionMixin):
    """One browser's session: *work* is an officer's unlocked keys and index, None before signing in.

    *expired* tells that the cookie's session was locked for idling.
    """

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__(on_update=ConsoleSession._changed)
        self.work: Work | None = None
        self.expired = expired
        self.modified = False
        self.touched = 0.0
        self.hash: bytes | None = None
        self.replaced = False

    def sign_in(self, work: Work) -> None:
        """Begin anew with keys: the cookie from before signing in opens nothing any more."""
        self.clear()
        self.work, self.replaced, self.modified = work, True, True

    def wipe(self) -> None:
        """Forget everything, keys first."""
        work, self.work = self.work, None
        if work is not None:
            work.wipe()
        self.clear()

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
        oldest = self._now() - self._idle
        with self._lock:
            gone = [session for session in self._sessions.values() if session.touched < oldest]
        for session in gone:
            self.drop(session)

    def _bound(self) -> None:
        anonymous = [session for session in self._sessions.values() if session.work is None]
        for session in anonymous[: max(0, len(anonymous) - ANONYMOUS_MAX)]:
            self._sessions.pop(session.hash or b"", None)


class Sessions(SessionInterface):
    """Flask's way to the store. *secure*: the cookie travels over TLS only, under a name that says so."""

    session_class = ConsoleSession

    def __init__(self, store: Store, *, secure: bool) -> None:
        self.store = store
        self._secure = secure
        self.name = "__Host-tipline" if secure else "tipline"

    def open_session(self, app: Flask, request: Request) -> ConsoleSession:
        """Return the session of a request's cookie, or a blank one."""
        del app
        token = request.cookies.get(self.name)
        return self.store.find(token) if token else ConsoleSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set a cookie where a session begins, and delete it where one ended."""
        del app
        assert isinstance(session, ConsoleSession)
        blank = session.work is None and not session
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

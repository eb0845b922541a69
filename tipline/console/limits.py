"""Limits on wrong attempts, in this process's memory only: of passphrases, codes and invitations."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from tipline.console.role import own_session, role_of

#: Wrong ones for one name from one address, or of one officer, and for all together.
NAME_LIMIT, ALL_LIMIT = "10 per 10 minutes", "100 per 10 minutes"
# A name field sometimes gets a passphrase: what the limits remember, of it and of an officer's address, is
# one hash under a key that no disk has and that ends with this process.
_PEPPER = secrets.token_bytes(32)
#: Argon2id takes hundreds of megabytes: one guess at a time.
ONE_GUESS = threading.Semaphore()
V = TypeVar("V", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Make ready to count. Must come before the views that are limited."""
    app.extensions["tipline.limiter"] = Limiter(
        _typed, app=app, storage_uri="memory://", headers_enabled=False
    )


def add(app: Flask, path: str, endpoint: str, view: V) -> None:
    """Add a *view* that takes a POST and answers a right one with 303: all others count.

    Views of one kind count together, as the first part of their *endpoint* says. Where the officer is known
    by a passphrase already, their wrong ones count by who they are; else by the name typed, and from where.
    """
    kind, limiter = endpoint.partition(".")[0], app.extensions["tipline.limiter"]
    rule: dict[str, Any] = {"methods": ["POST"], "deduct_when": lambda answer: answer.status_code != 303}
    who = _typed if role_of(view) == "anyone" else _held
    limited = limiter.shared_limit(NAME_LIMIT, scope=kind, key_func=who, **rule)(view)
    limited = limiter.shared_limit(ALL_LIMIT, scope=f"{kind} all", key_func=lambda: "all", **rule)(limited)
    app.add_url_rule(path, endpoint, limited, methods=["POST"])


def _held() -> str:
    held = own_session().held
    return _hashed(held.member.id if held else b"")


def _typed() -> str:
    name = request.form.get("name", "").strip()
    return _hashed(f"{get_remote_address()}\n{name}".encode(errors="replace"))


def _hashed(who: bytes) -> str:
    return hashlib.blake2b(who, key=_PEPPER).hexdigest()

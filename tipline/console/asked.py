"""What the inbox's address asks for, and how a filter is written into one.

An address stays in the browser's history, on a disk. So what only the tip says, its category and language,
stands there as a token that means something in this session alone; everything else is a code or an id.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from flask import abort, request

from tipline.cases.work import Work
from tipline.console.role import own_session
from tipline.lanes.wanted import Wanted

_KEY, _SIZE = "veil", 6
#: What of a filter is veiled.
VEILED = ("category", "lang")
_PLAIN = ("status", "age", "files", "grade", "holder")


def token(code: str) -> str:
    """Return what stands for a sealed fact's *code* in an address of this session."""
    key = own_session().get(_KEY)
    if key is None:
        key = own_session()[_KEY] = secrets.token_bytes(32)
    return hashlib.blake2b(code.encode(), key=key, digest_size=_SIZE).hexdigest()


def wanted(own: Work) -> tuple[Wanted, bool]:
    """Return the filter that the address asks for, and whether it holds a token of an earlier session.

    Such a token asks for nothing. Codes that there are not end in 404.
    """
    given = {name: value for name, value in request.args.items() if value}
    codes = {name: _unveiled(given.get(name), own.known.values(name)) for name in VEILED}
    try:
        desk = bytes.fromhex(given["desk"]) if "desk" in given else None
        plain = {name: given.get(name) for name in _PLAIN}
        found = Wanted(desk=desk, unread="unread" in given, **plain, **codes)
    except ValueError:
        abort(404)
    return found, any(name in given and codes[name] is None for name in VEILED)


def query(asked: Wanted) -> dict[str, Any]:
    """Return a filter as the address's arguments."""
    found = {name: getattr(asked, name) for name in _PLAIN}
    found |= {name: token(getattr(asked, name)) for name in VEILED if getattr(asked, name)}
    found |= {"desk": asked.desk.hex() if asked.desk else None, "unread": "1" if asked.unread else None}
    return {name: value for name, value in found.items() if value}


def number(name: str) -> int | None:
    """Return a number that the address gives; None where it gives none. What is no number ends in 404."""
    given = request.args.get(name)
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 12:
        abort(404)
    return int(given)


def _unveiled(given: str | None, known: Iterable[str]) -> str | None:
    return next((code for code in known if token(code) == given), None) if given else None

"""What a request must look like before anything else is asked: our own host, and not sent by another site.

The host list stops DNS rebinding; Sec-Fetch-Site (or Origin, where a browser sends none) stops forged
requests, on top of the form's token and the cookie's SameSite=Strict.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request

from tipline.console.role import role_of

_SAFE = ("GET", "HEAD")


def init_app(app: Flask, hosts: Iterable[str]) -> None:
    """Refuse requests for other *hosts* ("name" or "name:port"), and requests of other sites."""
    allowed = frozenset(hosts)

    def check() -> None:
        if request.host not in allowed:
            abort(421)
        if not _from_here(allowed):
            abort(403)

    app.before_request(check)


def _from_here(allowed: frozenset[str]) -> bool:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None:
        return origin is None or urlsplit(origin).netloc in allowed
    if request.method not in _SAFE:
        return site == "same-origin"
    # A link from elsewhere may lead to the sign-in page, where it arrives without a cookie.
    return site in ("same-origin", "none") or _is_for_anyone()


def _is_for_anyone() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and role_of(view) == "anyone"

"""Who may call a route. Every view names its role; one without a role is never reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from tipline.cases.work import Work
from tipline.console.store import ConsoleSession

Role = Literal["anyone", "officer", "triage"]
V = TypeVar("V", bound=Callable[..., Any])


def role(name: Role) -> Callable[[V], V]:
    """Declare a view's role: *anyone*, an *officer* who is signed in, or one of a *triage* desk."""

    def mark(view: V) -> V:
        view.role = name  # type: ignore[attr-defined]
        return view

    return mark


def role_of(view: Callable[..., Any]) -> Role | None:
    """Return the role that a view declares."""
    return getattr(view, "role", None)


def init_app(app: Flask) -> None:
    """Check the role before every view."""
    app.before_request(_check)


def own_session() -> ConsoleSession:
    """Return the session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- Flask's documented way
    assert isinstance(found, ConsoleSession)
    return found


def own_work() -> Work:
    """Return what the signed-in officer works with, up to date. Only for views that are not for anyone."""
    work = own_session().work
    if work is None:
        abort(401)
    work.refresh()
    return work


def _check() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    needed = role_of(view)
    if needed is None:
        abort(500)
    work = own_session().work
    if needed != "anyone" and work is None:
        return redirect(url_for("session.sign_in"), 303)
    if needed != "anyone" or work is None:
        current_app.extensions["tipline.store"].touch(own_session())
    if needed == "triage" and work is not None and not work.member.triages:
        abort(403)
    return None

"""Who may call a route. Every view names its role; one without a role is never reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from tipline.cases.work import Work
from tipline.console.store import ConsoleSession, Store

Role = Literal["anyone", "half", "officer", "triage"]
V = TypeVar("V", bound=Callable[..., Any])


def role(name: Role) -> Callable[[V], V]:
    """Declare a view's role: *anyone*, an *officer* who is signed in, or one of a *triage* desk.

    *half* is the step between passphrase and second factor, and for nobody else.
    """

    def mark(view: V) -> V:
        view.role = name  # type: ignore[attr-defined]
        return view

    return mark


def sensitive(page: str) -> Callable[[V], V]:
    """Declare a view sensitive: it is reached within five minutes of a second factor only.

    Otherwise the officer is asked for it and then led to *page*, an endpoint whose arguments the view has
    too, to do again what was not done: nothing that was sent is kept.
    """

    def mark(view: V) -> V:
        view.sensitive = page  # type: ignore[attr-defined]
        return view

    return mark


def sensitive_of(view: Callable[..., Any]) -> str | None:
    """Return the endpoint to go back to, if a view is sensitive."""
    return getattr(view, "sensitive", None)


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
    if needed == "half":
        return None if own_session().half else redirect(url_for("session.sign_in"), 303)
    work = own_session().work
    if needed != "anyone" and work is None:
        return redirect(url_for("session.sign_in"), 303)
    if needed != "anyone" or (work is None and own_session().half is None):
        current_app.extensions["tipline.store"].touch(own_session())
    if needed == "triage" and work is not None and not work.member.triages:
        abort(403)
    return _ask_again(sensitive_of(view))


def _ask_again(page: str | None) -> Response | None:
    store: Store = current_app.extensions["tipline.store"]
    if page is None or store.is_fresh(own_session()):
        return None
    takes = next(current_app.url_map.iter_rules(page)).arguments
    known = {name: value for name, value in (request.view_args or {}).items() if name in takes}
    own_session()["back"] = url_for(page, **known)
    return redirect(url_for("factors.confirm"), 303)

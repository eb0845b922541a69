"""Who may call a route. Every view names its role; one without a role is never reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NoReturn, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from tipline.cases.work import Work
from tipline.closing import final
from tipline.console import behind
from tipline.console.store import ConsoleSession, Store
from tipline.staff import account
from tipline.staff.member import Member

Role = Literal["anyone", "half", "officer", "triage", "rewards", "lead", "administrator"]
V = TypeVar("V", bound=Callable[..., Any])


def role(name: Role) -> Callable[[V], V]:
    """Declare a view's role: *anyone*, an *officer* who is signed in, or one of a *triage* desk.

    *rewards* is one of a rewards board, *lead* one of any desk's leads, *administrator* one who runs the
    accounts. *half* is the step between passphrase and second factor, and for nobody else.
    """

    def mark(view: V) -> V:
        view.role = name  # type: ignore[attr-defined]
        return view

    return mark


def sensitive(page: str, when: Callable[[], bool] = lambda: True) -> Callable[[V], V]:
    """Declare a view sensitive: it is reached within five minutes of a second factor only.

    Otherwise the officer is asked for it and then led to *page*, an endpoint whose arguments the view has
    too, to do again what was not done: nothing that was sent is kept. *when* tells of a request whether it
    asks for what is sensitive about the view.
    """

    def mark(view: V) -> V:
        view.sensitive, view.sensitive_when = page, when  # type: ignore[attr-defined]
        return view

    return mark


def polled(view: V) -> V:
    """Declare a view that a page asks for by itself: it does not count as the officer being there."""
    view.polled = True  # type: ignore[attr-defined]
    return view


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
    if behind.is_long(own_session(), work):
        abort(redirect(url_for("reading.show"), 303))
    had = bool(work.member.desks) or work.member.administers
    work.refresh()
    final.attend(work)
    if had and not work.member.desks and not work.member.administers:
        # Off the last roster: what the keys opened is not to stay here until somebody signs out.
        end_here()
    return work


def end_here() -> NoReturn:
    """End this session, and lead to the sign-in."""
    current_app.extensions["tipline.store"].drop(own_session())
    abort(redirect(url_for("session.sign_in"), 303))


def _check() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    needed = role_of(view)
    if needed is None:
        abort(500)
    if not _stands():
        end_here()
    if needed == "half":
        return None if own_session().half else redirect(url_for("session.sign_in"), 303)
    work = own_session().work
    if needed != "anyone" and work is None:
        return redirect(url_for("session.sign_in"), 303)
    is_there = needed != "anyone" and not getattr(view, "polled", False)
    if is_there or (needed == "anyone" and work is None and own_session().half is None):
        current_app.extensions["tipline.store"].touch(own_session())
    if work is not None and not _has(needed, work.member):
        abort(403)
    return _ask_again(sensitive_of(view), view)


def _stands() -> bool:
    """Tell whether this is still an officer's session: of an account that is there, with the same keys."""
    held = own_session().held
    if held is None:
        return True
    with held.engine.connect() as connection:
        return account.stands(connection, held.member)


def _has(needed: Role, member: Member) -> bool:
    roles = {
        "triage": member.triages,
        "rewards": member.grants,
        "lead": member.leads,
        "administrator": member.administers,
    }
    return roles.get(needed, True)


def _ask_again(page: str | None, view: Any) -> Response | None:
    store: Store = current_app.extensions["tipline.store"]
    if page is None or store.is_fresh(own_session()) or not view.sensitive_when():
        return None
    takes = next(current_app.url_map.iter_rules(page)).arguments
    known = {name: value for name, value in (request.view_args or {}).items() if name in takes}
    own_session()["back"] = url_for(page, **known)
    return redirect(url_for("factors.confirm"), 303)

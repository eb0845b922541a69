"""Cases that open only together: asking, giving a share, and reading what is open."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases import file, reply
from tipline.cases.work import Work
from tipline.console import text
from tipline.console.case import files, reply_form
from tipline.console.case import page as case_pages
from tipline.console.case.page import Draft
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.papers import paper_box
from tipline.preview import preview
from tipline.together import sealed, together
from tipline.together.openings import Openings

bp = Blueprint("sealed", __name__, url_prefix="/sealed/<int:number>")
_WHY_EMPTY = "Say why, so that the others can decide."
_WHY_LONG = "This is too long for a reason."
_OPEN = "It is open to you and to those who gave their share."
_MORE = "Your share is given. Stay signed in until the others have given theirs."


def init_app(app: Flask, openings: Openings) -> None:
    """Add the pages over the *openings* of this console."""
    app.extensions["tipline.openings"] = openings
    app.register_blueprint(bp)


def openings_here() -> Openings:
    """Return what overseers of this console have open together."""
    found: Openings = current_app.extensions["tipline.openings"]
    return found


@bp.get("")
@role("officer")
def show(number: int) -> str:
    """Show a case: how far its opening is or, to those who opened it, what it says, once the audit has it."""
    return _page(own_work(), number)


@bp.post("/ask")
@role("officer")
@sensitive("sealed.show")
def ask(number: int) -> AnyResponse | tuple[str, int]:
    """Ask the others to open the case too, and give one's own share."""
    own, why = own_work(), reply.tidy(request.form.get("why", ""))
    together.place(own, number)
    if not why or len(why.encode(errors="replace")) > paper_box.TEXT_MAX:
        return _page(own, number, why=why, wrong=_WHY_LONG if why else _WHY_EMPTY), 422
    return _done(number, is_open=together.ask(own, openings_here(), number, why))


@bp.post("/give")
@role("officer")
@sensitive("sealed.show")
def give(number: int) -> AnyResponse:
    """Give one's share of a case that another overseer asked to open."""
    return _done(number, is_open=together.give(own_work(), openings_here(), number))


@bp.post("/close")
@role("officer")
def close(number: int) -> AnyResponse:
    """Close the case for all, and take every share back."""
    together.close(own_work(), openings_here(), number)
    own_session()["notice"] = "It is closed for everybody."
    return redirect(url_for("sealed.show", number=number), 303)


@bp.post("/file/<envelope>/<int:place>/check")
@role("officer")
def check(number: int, envelope: str, place: int) -> str:
    """Compute the SHA-256 of a file of an open case, after the audit has it, and warn before it is saved."""
    at = files.place_of(envelope, place)
    opened = sealed.save(own_work(), openings_here(), number, at, file.CHECK)
    return render_template(
        "files_save.html",
        number_=number,
        at=at,
        checked=preview.checked(opened, number, at),
        case_at="sealed.show",
        save_at="sealed.download",
    )


@bp.post("/file/<envelope>/<int:place>")
@role("officer")
def download(number: int, envelope: str, place: int) -> Response:
    """Hand out one file of an open case as a download, after the audit has it."""
    opened = sealed.save(own_work(), openings_here(), number, files.place_of(envelope, place))
    return files.as_download(opened, number, place)


@bp.post("/reply")
@role("officer")
def answer(number: int) -> AnyResponse | str | tuple[str, int]:
    """Show how a reply to an open case will read, or send it."""
    own = own_work()
    together.place(own, number)
    draft = case_pages.draft_of(own, number, reply.tidy(request.form.get("text", "")))
    if draft.wrong:
        return _page(own, number, draft), 422
    if request.form.get("act") != "send":
        return _page(own, number, draft)
    sealed.answer(own, openings_here(), number, draft.text, case_pages.reply_id())
    own_session()["notice"] = "Sealed. It will be on the public board soon."
    return redirect(url_for("sealed.show", number=number), 303)


def _done(number: int, *, is_open: bool) -> AnyResponse:
    own_session()["notice"] = _OPEN if is_open else _MORE
    return redirect(url_for("sealed.show", number=number), 303)


def _page(own: Work, number: int, draft: Draft | None = None, *, why: str = "", wrong: str = "") -> str:
    openings = openings_here()
    seen = sealed.look(own, openings, number)
    return render_template(
        "sealed.html",
        seen=seen,
        case=sealed.read(own, openings, number) if seen.reads else None,
        k=current_app.extensions["tipline.settings"].quorum,
        minutes=max(1, round(seen.line.standing.seconds / 60)),
        why=why,
        wrong=wrong,
        draft=draft,
        reply_id=reply.new_id().hex(),
        notice=own_session().pop("notice", None),
        text_max=reply.TEXT_MAX,
        has_tricks=text.has_tricks,
        answer_at="sealed.answer",
        **reply_form.preview(),
        check_at="sealed.check",
    )

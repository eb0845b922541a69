"""A file of a case: pictures of it, its SHA-256, saving it. Nothing is opened before an officer asks."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases import file
from tipline.cases.work import Access, Work
from tipline.console import text, words
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError, PreviewError, RestrictedError
from tipline.papers.reason import Reason
from tipline.preview import preview
from tipline.preview.preview import Checked, Shown
from tipline.preview.service import Previews
from tipline.restricted import marks
from tipline.restricted.marks import Place

bp = Blueprint("files", __name__, url_prefix="/case/<int:number>/file/<envelope>/<int:place>")
#: In the session's memory: the one file that was last made pictures of, and the one that was last checked.
_SHOWN, _CHECKED = "file shown", "file checked"


def init_app(app: Flask, previews: Previews) -> None:
    """Add the pages; *previews* are made there."""
    app.extensions["tipline.previews"] = previews
    app.register_blueprint(bp)


def _asks_again() -> bool:
    """Tell whether this request opens what is marked, for an officer who may."""
    own, given = own_work(), request.view_args or {}
    at = place_of(given["envelope"], given["place"])
    access = own.access(given["number"])
    return access.desk.restricted and _is_marked(own, access, at)


@bp.get("")
@role("officer")
def show(number: int, envelope: str, place: int) -> str:
    """Show what can be done with a file, and what was made of it."""
    own, at = own_work(), place_of(envelope, place)
    access = _access(own, number, at)
    shown = _kept(own, access, at, _SHOWN)
    with own.engine.connect() as connection:
        marked = marks.of_case(connection, number)
    return render_template(
        "files.html",
        number_=number,
        at=at,
        shown=shown,
        one=_number(request.args.get("one"), len(shown.preview.pictures)) if shown else None,
        grey=request.args.get("grey", "yes" if shown and shown.why else "no") == "yes",
        marked=[one for one in marked if marks.covers([one], access.items, at)],
        allowed=access.desk.restricted,
        trouble=_previews().trouble(),
        notice=own_session().pop("notice", None),
        refused=own_session().pop("refused", None),
    )


@bp.post("/preview")
@role("officer")
@sensitive("files.show", when=_asks_again)
def make(number: int, envelope: str, place: int) -> AnyResponse:
    """Have pictures made of a file."""
    make_ = partial(preview.make, _previews())
    return _open(number, place_of(envelope, place), _SHOWN, make_, "files.show")


@bp.get("/picture/<int:one>/<how>")
@role("officer")
def picture(number: int, envelope: str, place: int, one: int, how: str) -> AnyResponse:
    """Send one picture that was made of a file, blurred or sharp."""
    own, at = own_work(), place_of(envelope, place)
    shown = _kept(own, _access(own, number, at), at, _SHOWN)
    if shown is None or one >= len(shown.preview.pictures) or how not in {"blurred", "sharp"}:
        return redirect(url_for("files.show", number=number, envelope=envelope, place=place), 303)
    found = shown.preview.pictures[one]
    return Response(found.sharp if how == "sharp" else found.blurred, mimetype="image/png")


@bp.post("/check")
@role("officer")
@sensitive("files.show", when=_asks_again)
def check(number: int, envelope: str, place: int) -> AnyResponse:
    """Compute a file's SHA-256, before it may be saved."""
    return _open(number, place_of(envelope, place), _CHECKED, preview.check, "files.save")


@bp.get("/save")
@role("officer")
def save(number: int, envelope: str, place: int) -> AnyResponse | str:
    """Warn of a file that was checked, and offer to save it."""
    own, at = own_work(), place_of(envelope, place)
    checked = _kept(own, _access(own, number, at), at, _CHECKED)
    if checked is None:
        return redirect(url_for("files.show", number=number, envelope=envelope, place=place), 303)
    return render_template("files_save.html", number_=number, at=at, checked=checked)


@bp.post("")
@role("officer")
@sensitive("files.show", when=_asks_again)
def download(number: int, envelope: str, place: int) -> AnyResponse:
    """Hand out a file whose warning was shown as a download, a piece at a time, after the audit has it."""
    own, at = own_work(), place_of(envelope, place)
    checked = _kept(own, _access(own, number, at), at, _CHECKED)
    if checked is None:
        return redirect(url_for("files.show", number=number, envelope=envelope, place=place), 303)
    return as_download(file.open_(own, number, at, file.SAVED, checked.why), number, place)


@bp.post("/mark")
@role("officer")
def mark(number: int, envelope: str, place: int) -> AnyResponse:
    """Mark a file as possible child-abuse material."""
    marks.mark(own_work(), number, place_of(envelope, place))
    own_session().pop(_SHOWN, None)
    own_session()["notice"] = words.MARKED
    return redirect(url_for("case.show", number=number), 303)


def place_of(envelope: str, place: int) -> Place:
    """Return the file that an address names; answers 404 for what is none."""
    try:
        return Place(bytes.fromhex(envelope), place)
    except ValueError:
        abort(404)


def as_download(opened: file.Opened, number: int, place: int) -> Response:
    """Return a file as an answer that browsers only ever save."""
    name = text.safe_file_name(f"{words.number(number)}-{place + 1}", opened.name)
    answer = Response(opened.pieces, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.content_length = opened.size
    return answer


def _open(number: int, at: Place, kept: str, act: Any, then: str) -> AnyResponse:
    """Open a file by *act*, keep what came of it in the session, and lead *then* to its page."""
    own = own_work()
    why = None
    if _is_marked(own, own.access(number), at):
        why = Reason(request.form.get("reason", ""), request.form.get("words", ""))
    try:
        own_session()[kept] = act(own, number, at, why)
    except PreviewError as error:
        own_session()["refused"], then = f"no preview: {error}", "files.show"
    except RestrictedError:
        own_session()["refused"], then = "it is marked as possible child-abuse material", "files.show"
    except FormatError as error:
        if error.failure not in {"reason", "words"}:
            raise
        own_session()["refused"], then = str(error).removeprefix(f"{error.failure}: "), "files.show"
    return redirect(url_for(then, number=number, envelope=at.envelope.hex(), place=at.place), 303)


def _previews() -> Previews:
    found: Previews = current_app.extensions["tipline.previews"]
    return found


def _kept(own: Work, access: Access, at: Place, name: str) -> Any:
    """Return what this session has of a file; nothing where it was marked since, or the right is gone."""
    kept: Shown | Checked | None = own_session().get(name)
    if kept is None or (kept.number, kept.at) != (access.number, at):
        return None
    if _is_marked(own, access, at) and not (access.desk.restricted and kept.why):
        return None
    return kept


def _is_marked(own: Work, access: Access, at: Place) -> bool:
    with own.engine.connect() as connection:
        return marks.covers(marks.of_case(connection, access.number), access.items, at)


def _access(own: Work, number: int, at: Place) -> Access:
    """Return what the officer may see of a case that has this file; leads back to the case otherwise."""
    access = own.access(number)
    if not any(marks.has(item, at) for item in access.items):
        abort(redirect(url_for("case.show", number=number), 303) if request.method == "GET" else 404)
    return access


def _number(given: str | None, of: int) -> int | None:
    return int(given) if given and given.isascii() and given.isdigit() and int(given) < of else None

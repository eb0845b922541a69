"""The inbox: what the officer's desks have, in lanes by priority."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from tipline import tables
from tipline.assessment.schemes import SCHEMES
from tipline.cases import arrival, disposition
from tipline.cases import inbox as cases_inbox
from tipline.cases.work import Work
from tipline.console import asked, bulk, views, words
from tipline.console.role import own_session, own_work, polled, role
from tipline.keys.rows import REWARDS, TRANSLATION, UNIT
from tipline.lanes import news as lanes_news
from tipline.lanes.news import Mark
from tipline.lanes.wanted import AGES, EVERYTHING, FILES, GRADED, HOLDERS, UNGRADED
from tipline.together import sealed

bp = Blueprint("inbox", __name__)
#: Where they begin who get no case.
_PAGES = {TRANSLATION: "translations.show", REWARDS: "rewards.show"}
_MARK = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


def init_app(app: Flask) -> None:
    """Add the pages, what is done from them to several cases, and views."""
    app.register_blueprint(bp)
    app.register_blueprint(bulk.bp)
    app.register_blueprint(views.bp)


@bp.get("/")
@role("officer")
def inbox() -> str | AnyResponse:
    """Show the lanes, or a page of one; who only translates has their texts instead, a board its rewards."""
    own = own_work()
    kinds = {desk.kind for desk in own.member.desks.values()}
    if len(kinds) == 1 and kinds <= _PAGES.keys():
        return redirect(url_for(_PAGES[kinds.pop()]), 303)
    names = categories(own)
    wanted, stale = asked.wanted(own)
    lane = asked.number("lane")
    if lane is not None and lane not in disposition.PRIORITIES:
        abort(404)
    with own.engine.connect() as connection:
        troubles = arrival.troubles(connection) if _hears(own) else []
        mark = lanes_news.mark(connection)
        saved = views.shown(connection, own, wanted)
    return render_template(
        "inbox.html",
        page=cases_inbox.page(own, wanted, lane, asked.number("before")),
        lane=lane,
        views=saved,
        mark=f"{mark.seq}-{mark.at}",
        at_most=cases_inbox.AT_MOST,
        wanted=wanted,
        everything=EVERYTHING,
        stale=stale,
        query=asked.query(wanted),
        choices=_choices(own, names),
        categories=names,
        troubles=troubles,
        notice=own_session().pop("notice", None),
        **bulk.shown(),
        together=any(desk.seat_of for desk in own.member.desks.values()),
        sealed=sealed.lines(own, current_app.extensions["tipline.openings"]),
    )


@bp.get("/inbox/news")
@role("officer")
@polled
def news() -> Response:
    """Tell how many cases of a page's filter have something new since it was made."""
    own = own_work()
    wanted, _ = asked.wanted(own)
    found = _MARK.fullmatch(request.args.get("since", ""))
    if found is None:
        abort(404)
    with own.engine.connect() as connection:
        count = lanes_news.count(connection, own, wanted, Mark(int(found[1]), int(found[2])))
    return jsonify(new=count)


def categories(own: Work) -> dict[str, str]:
    """Return the names of the categories by their codes."""
    with own.engine.connect() as connection:
        return {row.code: row.name for row in connection.execute(select(tables.category))}


def _choices(own: Work, names: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter can be set to: (what the address says, what the page says)."""
    triages = own.member.triages
    return {
        "desk": _desks(own),
        "status": [(one, words.STATUS[one]) for one in disposition.STATUSES],
        "category": _veiled(own, "category", lambda code: names.get(code, code)),
        "lang": _veiled(own, "lang", words.language),
        "age": [(one, words.AGE[one]) for one in AGES],
        "files": [(one, words.FILES[one]) for one in FILES],
        "grade": _grades() if triages else [],
        "holder": [(one, words.HOLDER[one]) for one in HOLDERS],
    }


def _grades() -> list[tuple[str, str]]:
    """Return what a grading can be asked for, in the agency's scheme."""
    scheme = SCHEMES[current_app.extensions["tipline.settings"].assessment.scheme]
    fields = (("source", scheme.sources), ("information", scheme.information))
    codes = [(f"{name}-{code}", f"{code}: {says}") for name, of in fields for code, says in of.items()]
    return [(UNGRADED, "Not graded"), (GRADED, "Graded"), *codes]


def _veiled(own: Work, name: str, says: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the values that there are of a sealed fact, by what the page says of them."""
    found = [(asked.token(code), says(code)) for code in own.known.values(name)]
    return sorted(found, key=itemgetter(1))


def _desks(own: Work) -> list[tuple[str, str]]:
    """Return the officer's desks where there are several, and to triage the units that cases went to."""
    mine = own.member.desks
    found = [(desk.id.hex(), desk.name) for desk in mine.values()] if len(mine) > 1 else []
    if own.member.triages:
        units = select(tables.desk.c.id, tables.desk.c.name).where(tables.desk.c.kind == UNIT)
        with own.engine.connect() as connection:
            rows = connection.execute(units.order_by(tables.desk.c.name)).all()
        found += [(row.id.hex(), f"Given to {row.name}") for row in rows if row.id not in mine]
    return found


def _hears(own: Work) -> bool:
    """Tell whether what cannot be read is this officer's matter: tips are sealed to a desk of theirs."""
    return own.member.triages or any(desk.seat_of for desk in own.member.desks.values())

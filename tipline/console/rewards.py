"""Rewards: what a board grants by case number, and what it pays against a code; triage's proposal."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.closing.disposition import CODES
from tipline.console import limits
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import AccessError, ReceiptError, StateError
from tipline.keys.rows import REWARDS
from tipline.rewards import claim, ledger, paying, reward
from tipline.rewards.reward import Reward
from tipline.rewards.settings import RewardSettings

bp = Blueprint("rewards", __name__)
#: The code that is being paid, in the session's memory alone.
_HELD = "claim"
_MISTYPED = "Something in it is mistyped: a code has 20 letters and digits, in five groups of four."


def init_app(app: Flask) -> None:
    """Add the pages; wrong codes are counted, as wrong passphrases are."""
    limits.add(app, "/rewards/code", "rewards.look_up", look_up)
    app.register_blueprint(bp)


@bp.get("/rewards")
@role("rewards")
def show() -> str:
    """Show what waits for the board, what it granted, and the field for a code."""
    own_session().pop(_HELD, None)
    return _page()


@bp.post("/rewards/grant")
@role("rewards")
@sensitive("rewards.show")
def grant() -> AnyResponse:
    """Grant an amount for a case, or agree to a colleague's."""
    try:
        amount = int(request.form.get("amount", ""))
    except ValueError:
        return _refused("an amount is a whole number")
    try:
        done = reward.grant(own_work(), _case(), amount, _settings())
    except StateError as error:
        return _refused(str(error))
    said = "It is granted." if done.state == reward.GRANTED else "Another member of the board has to agree."
    return _told(said)


@bp.post("/rewards/decline")
@role("rewards")
@sensitive("rewards.show")
def decline() -> AnyResponse:
    """Grant nothing for a case."""
    try:
        reward.decline(own_work(), _case())
    except StateError as error:
        return _refused(str(error))
    return _told("It is declined.")


@role("rewards")
def look_up() -> AnyResponse | tuple[str, int]:
    """Take a code that somebody brought."""
    try:
        code = claim.parse(request.form.get("code", ""))
        paying.amount(own_work(), code)
    except ReceiptError:
        return _page(_MISTYPED), 422
    except (AccessError, StateError) as error:
        return _page(f"{str(error).capitalize()}."), 422
    own_session()[_HELD] = code
    return redirect(url_for("rewards.show_code"), 303)


@bp.get("/rewards/code")
@role("rewards")
def show_code() -> str | AnyResponse:
    """Show what the code is worth, and nothing else."""
    code = own_session().get(_HELD)
    if code is None:
        return redirect(url_for("rewards.show"), 303)
    return render_template("rewards_code.html", amount=paying.amount(own_work(), code))


@bp.post("/rewards/pay")
@role("rewards")
@sensitive("rewards.show_code")
def pay() -> AnyResponse:
    """Note that it was paid out."""
    code = own_session().pop(_HELD, None)
    if code is None:
        return redirect(url_for("rewards.show"), 303)
    amount = paying.pay(own_work(), code)
    return _told(f"Paid: {amount} {_settings().currency}. The code is used up.")


@bp.post("/rewards/ledger.csv")
@role("rewards")
def take_ledger() -> Response:
    """Hand out the ledger, once the audit has it."""
    own = own_work()
    with db.writing(own.engine) as connection:
        for desk in own.member.desks.values():
            if desk.kind == REWARDS:
                audit.append(connection, own.member, desk.id, (actions.LEDGER_TAKEN, {}))
        found = reward.of_boards(connection, own.member)
    answer = Response(ledger.to_csv(found, _settings().currency), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="rewards.csv"'
    return answer


@bp.post("/case/<int:number>/reward")
@role("triage")
def propose(number: int) -> AnyResponse:
    """Propose a case to the board."""
    own = own_work()
    own.access(number)
    try:
        board = bytes.fromhex(request.form.get("board", ""))
    except ValueError:
        abort(404)
    try:
        reward.propose(own, number, board)
    except StateError as error:
        own_session()["refused"] = str(error)
    else:
        own_session()["notice"] = "The board has this case's number, and how it ended."
    return redirect(url_for("case.show", number=number), 303)


def _page(wrong: str = "") -> str:
    own = own_work()
    with own.engine.connect() as connection:
        found = reward.of_boards(connection, own.member)
        ended = _dispositions(connection, found)
        names = {row.id: row.name for row in connection.execute(select(tables.officer))}
        amounts = [own.member.rosters.of(connection, one) for one in {one.board for one in found}]
    return render_template(
        "rewards.html",
        waiting=[one for one in found if one.state in {reward.PROPOSED, reward.HALF}],
        done=[one for one in found if one.state not in {reward.PROPOSED, reward.HALF}],
        totals=ledger.totals(found),
        dispositions=ended,
        two=any(len(one.members) >= reward.MEMBERS for one in amounts),
        names=names,
        me=own.member.id,
        rules=_settings(),
        wrong=wrong,
        refused=own_session().pop("refused", None),
    )


def _dispositions(connection: Connection, found: list[Reward]) -> dict[int, str]:
    """Return how cases ended, in the words of the disposition; "Open" for one that did not."""
    own = tables.closing.c
    query = select(own.case, own.code).where(own.case.in_([one.case for one in found])).order_by(own.seq)
    codes = {row.case: row.code for row in connection.execute(query)}
    return {one.case: CODES.get(codes.get(one.case, ""), "Not closed") for one in found}


def _case() -> int:
    given = request.form.get("case", "")
    return int(given) if given.isdecimal() and len(given) < 12 else abort(404)


def _told(said: str) -> AnyResponse:
    own_session()["told"] = said
    return redirect(url_for("rewards.show"), 303)


def _refused(why: str) -> AnyResponse:
    own_session()["refused"] = why
    return redirect(url_for("rewards.show"), 303)


def _settings() -> RewardSettings:
    found: RewardSettings = current_app.extensions["tipline.settings"].rewards
    return found

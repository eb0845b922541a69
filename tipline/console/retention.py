"""The page of what is due: clocks, the terms of closed cases, and what was shredded."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from tipline.closing import final, retention, timekeeping
from tipline.console.role import own_session, own_work, role

bp = Blueprint("retention", __name__)


@bp.get("/retention")
@role("triage")
def show() -> str:
    """Show what is due, and since when what was shredded is gone for good."""
    own, settings = own_work(), current_app.extensions["tipline.settings"]
    final.attend(own)
    with own.engine.connect() as connection:
        due = timekeeping.due(connection, own, settings.clocks)
    return render_template(
        "retention.html",
        overdue=sorted(due.overdue),
        soon=sorted(due.soon),
        reviewed=retention.review(own, settings.retention),
        shredded=final.standing(own),
        backup_days=final.BACKUP_DAYS,
        refused=own_session().pop("refused", None),
        me=own.member.id,
    )

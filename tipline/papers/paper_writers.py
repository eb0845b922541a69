"""Whose it is to write which paper: who writes to the database, as an officer of any desk, can sign one."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

from tipline.errors import RosterError
from tipline.keys import rows
from tipline.papers.paper_box import HANDOUT, NOTE, QUESTION, REASON, REFERRAL, REPORT, TRANSLATION, Label
from tipline.staff.member import TRIAGE, Member


def may_write(
    connection: Connection, member: Member, what: Label, desk: bytes, readers: AbstractSet[bytes]
) -> bool:
    """Tell whether it was for *desk* to write a paper that is sealed to *readers*, the member's among them.

    Reports, answers to questions and texts for translators are a triage desk's, by its roster, translations a
    desk of translators'. What goes to another desk are those, and questions, reasons and referrals; and a
    triage desk takes nobody's report or answer but its own.
    """
    mine = readers & member.desks.keys()
    if what.kind in {QUESTION, REASON, REFERRAL}:
        return True
    if what.kind == TRANSLATION:
        return _kind(connection, member, desk) == rows.TRANSLATION
    if not _is_triages(what):
        return desk in mine
    triages = any(member.desks[one].kind == TRIAGE for one in mine)
    return (desk in mine or not triages) and _kind(connection, member, desk) == TRIAGE


def _is_triages(what: Label) -> bool:
    return what.kind in {REPORT, HANDOUT} or (what.kind == NOTE and what.about is not None)


def _kind(connection: Connection, member: Member, desk: bytes) -> str:
    try:
        return member.rosters.of(connection, desk).kind
    except RosterError:
        return ""

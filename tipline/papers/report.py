"""The sanitised report: what triage makes of a tip so that it cannot identify its giver. Units get this.

Each version is a paper. An approval is an entry in the audit that names a version and its hash, signed by a
second officer: there is no row in the database that says "approved", so none can be changed to say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tipline import db
from tipline.cases import audit
from tipline.cases.work import Access, Work
from tipline.errors import AccessError
from tipline.papers import paper
from tipline.papers.paper import REPORT, Draft, Paper
from tipline.papers.paper_box import Label
from tipline.staff.member import Member


@dataclass(frozen=True, repr=False)
class Version:
    """One version of a case's report; *approval* is the entry that holds for it now, if there is one."""

    paper: Paper
    approval: audit.Entry | None


def versions(connection: Connection, member: Member, number: int) -> list[Version]:
    """Return the versions of a case's report that the member's keys open, newest first."""
    return among(connection, paper.of_case(connection, member, number), number)


def among(
    connection: Connection,
    papers: Iterable[Paper],
    number: int,
    entries: Sequence[audit.Entry] | None = None,
) -> list[Version]:
    """Return the versions of the report that are among a case's *papers*, newest first.

    *entries* are those of the desk that wrote them, where they have been read already.
    """
    reports = [one for one in papers if one.label.kind == REPORT]
    if entries is None:
        entries = audit.of_case(connection, {one.desk for one in reports}, number)
    found = [Version(one, _approval(one, entries)) for one in reports]
    return sorted(found, key=lambda one: one.paper.label.version, reverse=True)


def for_units(connection: Connection, member: Member, number: int, approval: bool) -> Paper | None:
    """Return the version that routing gives: the newest that is approved, or that opens without *approval*.

    None where there is none: then only the raw tip can be given.
    """
    return ready(versions(connection, member, number), approval)


def ready(newest_first: Iterable[Version], approval: bool) -> Paper | None:
    """Return which of these versions routing gives, as *for_units* says."""
    for one in newest_first:
        if one.paper.text is not None and (one.approval or not approval):
            return one.paper
    return None


def write(own: Work, number: int, text: str, paper_id: bytes, after: int) -> bool:
    """Write a version that follows version *after* (0: the first); once for a *paper_id*, and then False.

    Raises AccessError when the officer may not, or somebody wrote a version meanwhile; FormatError.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        if paper.is_written(connection, paper_id):
            return False
        there = versions(connection, own.member, number)
        newest = max((one.paper.label.version for one in there), default=0)
        if newest != after:
            raise AccessError(f"version {newest} was written meanwhile")
        draft = Draft(Label(paper_id, number, REPORT, newest + 1), access.desk.id, text)
        paper.write(connection, own.member, draft, [paper.reader(connection, own.member, access.desk.id)])
    return True


def approve(own: Work, number: int, paper_id: bytes, seen: bytes) -> None:
    """Approve a version whose sealed bytes had the hash *seen* when the officer read it.

    Raises AccessError for its author, for another desk, and for what is not there as it was seen.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        one = _find(connection, own.member, number, paper_id)
        if one.paper.text is None or one.paper.hash != seen:
            raise AccessError("this version is not there as it was shown")
        if one.paper.officer == own.member.id:
            raise AccessError("who wrote a version does not approve it")
        if one.approval is None:
            _enter(connection, own.member, access, audit.APPROVED, one.paper)


def take_back(own: Work, number: int, paper_id: bytes) -> None:
    """Take a version's approval back, by any officer of triage: it is not given to units any more.

    A unit that has it keeps it. Raises AccessError.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        one = _find(connection, own.member, number, paper_id)
        if one.approval is not None:
            _enter(connection, own.member, access, audit.UNAPPROVED, one.paper)


def _triage(own: Work, number: int) -> Access:
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk writes and approves a report")
    return access


def _find(connection: Connection, member: Member, number: int, paper_id: bytes) -> Version:
    there = versions(connection, member, number)
    found = next((one for one in there if one.paper.label.id == paper_id), None)
    if found is None:
        raise AccessError("there is no such version")
    return found


def _approval(one: Paper, entries: Iterable[audit.Entry]) -> audit.Entry | None:
    """Return the approval that was not taken back since, by another officer of the desk than the author."""
    of_it = [
        entry for entry in entries if entry.desk == one.desk and paper.is_about(entry, one.label, one.hash)
    ]
    acts = [entry for entry in of_it if entry.action in {audit.APPROVED, audit.UNAPPROVED}]
    last = max(acts, key=lambda entry: entry.seq, default=None)
    holds = last is not None and last.action == audit.APPROVED and last.officer != one.officer
    return last if holds else None


def _enter(connection: Connection, member: Member, access: Access, action: str, one: Paper) -> None:
    detail = {"hash": one.hash.hex()}
    audit.append(connection, member, access.desk.id, (action, paper.object_of(one.label)), detail)

"""Answering a tipster: from a template or not, kept as a draft, looked at as they will see it, and sent."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases import index, reply
from tipline.cases.reply import Manner
from tipline.cases.work import Access, Work
from tipline.console import words
from tipline.console.case import page as case
from tipline.console.case.page import Draft
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError
from tipline.rewards import claim, claims
from tipline.settings import ConsoleSettings
from tipline.talk import cautions, choosing, drafts, variables

bp = Blueprint("answering", __name__, url_prefix="/case/<int:number>")
_CANNOT_KEEP = "This is too long to be kept as a draft."


@bp.post("/reply")
@role("triage")
def answer(number: int) -> AnyResponse | str | tuple[str, int]:
    """Put a template into a reply, keep it for later, show how it will read, or send it."""
    own, act = own_work(), request.form.get("act", "")
    access, text = own.access(number), reply.tidy(request.form.get("text", ""))
    if act == "keep":
        return _keep(own, number, text)
    draft = _with_question(own, number, _draft(own, access, text, act))
    read = not draft.cautions or request.form.get("passed") == draft.mark
    if draft.wrong or (act == "send" and not read):
        return case.page(own, number, draft), 422
    if act != "send":
        return case.page(own, number, draft)
    _send(own, number, draft)
    return redirect(url_for("case.show", number=number), 303)


@bp.post("/draft")
@role("triage")
def keep_draft(number: int) -> Response:
    """Keep what is in the form while it is typed: asked for by the page itself."""
    try:
        drafts.keep(own_work(), number, reply.tidy(request.form.get("text", "")))
    except FormatError:
        return Response(status=413)
    return Response(status=204)


def _draft(own: Work, access: Access, text: str, act: str) -> Draft:
    """Return the reply as it stands after this *act*, with what is wrong or to be thought about."""
    try:
        filled = _chosen(own, access, text) if act == "template" else _filled(own, access, text)
    except FormatError as error:
        if error.failure != "variable":
            raise
        unfilled = case.draft_of(own, access.number, text)
        return replace(unfilled, wrong=unfilled.wrong or f"{str(error).partition(': ')[2].capitalize()}.")
    # A claim code is longer than its place.
    sized = filled.replace(claims.PLACE, claim.new())
    draft = replace(case.draft_of(own, access.number, sized), text=filled, is_new=act == "template")
    if draft.wrong or draft.is_new:
        return draft
    found = cautions.of(filled, _told(own, access))
    return replace(draft, cautions=found, mark=cautions.mark(filled, found))


def _filled(own: Work, access: Access, text: str, lang: str = "") -> str:
    lang = lang or next((item.lang for item in access.items), "en")
    known = variables.known(words.number(access.number), _settings().name, lang, _settings().talk)
    with own.engine.connect() as connection:
        known[variables.CLAIM] = claims.value(connection, access.number)
    return variables.fill(text, known)


def _chosen(own: Work, access: Access, text: str) -> str:
    """Return what was typed, and after it the template that was chosen."""
    with own.engine.connect() as connection:
        chosen = choosing.find(connection, own.member, request.form.get("template", ""))
    filled = _filled(own, access, chosen.text, chosen.lang)
    return f"{text}\n\n{filled}" if text else filled


def _told(own: Work, access: Access) -> list[str]:
    """Return what the tipster wrote, to compare a reply with. The officer who asks has it open."""
    with own.engine.connect() as connection:
        held = (index.key_of(connection, own.member.desks[one.desk], one.envelope) for one in access.items)
        return [index.read(*one)[1].text for one in held if one]


def _with_question(own: Work, number: int, draft: Draft) -> Draft:
    asked = request.form.get("question")
    return replace(draft, question=case.question_of(own, number, asked)) if asked else draft


def _send(own: Work, number: int, draft: Draft) -> None:
    question = draft.question.label.id if draft.question else None
    passed = tuple(one.kind for one in draft.cautions)
    secret = claims.secret(number, draft.text, _settings().rewards)
    # A second click on the same button is the same reply.
    reply.send(own, number, draft.text, case.reply_id(), Manner(question, passed, secret=secret))
    minutes = max(1, round(_settings().board_seconds / 60))
    own_session()["notice"] = f"Sealed. It will be on the public board within {minutes} minutes."


def _keep(own: Work, number: int, text: str) -> AnyResponse | tuple[str, int]:
    try:
        there = drafts.keep(own, number, text)
    except FormatError:
        return case.page(own, number, replace(case.draft_of(own, number, text), wrong=_CANNOT_KEEP)), 422
    kept = "Your draft is kept, sealed to you alone. Nothing was sent."
    own_session()["notice"] = kept if there else "Your draft is gone. Nothing was sent."
    return redirect(url_for("case.show", number=number), 303)


def _settings() -> ConsoleSettings:
    found: ConsoleSettings = current_app.extensions["tipline.settings"]
    return found

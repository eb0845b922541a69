"""A desk's own templates for replies: written by its leads, read by its officers, sealed to its key at rest.

Whoever can write to the database can seal words to a desk's public key. So a template counts only with the
entry of the desk's audit in which an officer of it signed for its words. The entry has a hash of the words
with 32 random bytes: it says nothing of them, and stays true when they are sealed to a new key at rest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from tipline import db, tables
from tipline.audit import actions, heads
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError
from tipline.seal import message
from tipline.staff.member import TRIAGE, Desk, Member
from tipline.talk import template_box

ID_SIZE, _SALT_SIZE = 16, 32
TITLE_MAX, TEXT_MAX = 80, 8192


@dataclass(frozen=True)
class Template:
    """A desk's template: *lang* as browsers name a language, *officer* the name of who signed for it."""

    id: bytes
    desk: bytes
    lang: str
    title: str
    text: str
    officer: str = ""


def new_id() -> bytes:
    """Return the random id of a template that is being written."""
    return secrets.token_bytes(ID_SIZE)


def of_desks(connection: Connection, member: Member) -> list[Template]:
    """Return those of the member's triage desks that an officer there signed for, by title and language."""
    found = []
    for desk in member.desks.values():
        rows = _rows(connection, desk.id) if desk.kind == TRIAGE else ()
        vouched = _vouched(connection, desk.id, [row.seq for row in rows])
        opened = (_open(desk, row, vouched.get(row.seq)) for row in rows)
        found += [one for one in opened if one is not None]
    return sorted(found, key=lambda one: (one.title.casefold(), one.lang, one.id))


def keep(own: Work, what: Template) -> None:
    """Keep a template, in place of one with the same id.

    Raises AccessError for who is no lead of the desk, FormatError "empty", "too long", "language" or "text".
    """
    desk = _led(own.member, what.desk)
    plain = secrets.token_bytes(_SALT_SIZE) + _encode(what)
    sealed = desk.at_rest.suite.seal(desk.at_rest.public, template_box.info(what.id, desk.id), plain)
    with db.writing(own.engine) as connection:
        _delete(connection, desk.id, what.id)
        named = {"template": what.id.hex()}
        detail = {"hash": hashlib.sha256(plain).hexdigest()}
        audit.append(connection, own.member, desk.id, (actions.TEMPLATE_KEPT, named), detail)
        row = {"id": what.id, "desk": desk.id, "key": desk.newest, "sealed": sealed}
        connection.execute(insert(tables.template).values(seq=heads.end(connection, desk.id).seq, **row))


def remove(own: Work, desk: bytes, id_: bytes) -> None:
    """Delete a template. Raises AccessError for who is no lead of the desk."""
    _led(own.member, desk)
    with db.writing(own.engine) as connection:
        if _delete(connection, desk, id_):
            named = {"template": id_.hex()}
            audit.append(connection, own.member, desk, (actions.TEMPLATE_REMOVED, named))


def _led(member: Member, desk: bytes) -> Desk:
    own = member.desks.get(desk)
    if own is None or own.kind != TRIAGE or not own.leads:
        raise AccessError("only a lead of the desk writes its templates")
    return own


def _encode(what: Template) -> bytes:
    title, text = what.title.strip(), what.text.strip()
    if not title or not text:
        raise FormatError("empty", "a template has a title and words")
    if len(title) > TITLE_MAX or len(text.encode(errors="replace")) > TEXT_MAX:
        raise FormatError("too long", f"a title has {TITLE_MAX} letters, a template {TEXT_MAX} bytes")
    if not message.LANG.fullmatch(what.lang):
        raise FormatError("language", 'a language is named like "pt" or "zh-Hant"')
    try:
        return json.dumps([what.lang, title, text], ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise FormatError("text", "a lone surrogate is not text") from None


def _rows(connection: Connection, desk: bytes) -> Sequence[Row[Any]]:
    own = tables.template
    return connection.execute(select(own).where(own.c.desk == desk)).all()


def _vouched(connection: Connection, desk: bytes, seqs: Sequence[int]) -> dict[int, audit.Entry]:
    """Return the entries at these places of a desk's chain by which an officer signed for a template."""
    if not seqs:
        return {}
    own, signers = tables.audit.c, audit.signers_of(connection, desk)
    stored = audit.stored(connection, own.desk == desk, own.seq.in_(seqs))
    entries = {row.seq: audit.read(desk, row, signers) for _, row in stored}
    return {seq: one for seq, one in entries.items() if one.holds and one.action == actions.TEMPLATE_KEPT}


def _open(desk: Desk, row: Row[Any], entry: audit.Entry | None) -> Template | None:
    plain = template_box.plain(desk, row) if entry else None
    if plain is None or entry is None or entry.object.get("template") != row.id.hex():
        return None
    if entry.detail.get("hash") != hashlib.sha256(plain).hexdigest():
        return None
    lang, title, text = json.loads(plain[_SALT_SIZE:])
    return Template(row.id, desk.id, lang, title, text, entry.officer_name)


def _delete(connection: Connection, desk: bytes, id_: bytes) -> bool:
    own = tables.template
    return bool(connection.execute(delete(own).where(own.c.id == id_, own.c.desk == desk)).rowcount)

"""Every sealed thing in the database against every private key that an officer has, by force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from sqlalchemy import Engine, LargeBinary, select

from tipline import tables
from tipline.cases import reply_copy, thread_hint
from tipline.cases.work import Work
from tipline.errors import FormatError
from tipline.keys import desk as desk_keys
from tipline.keys import recovery
from tipline.papers import paper_box
from tipline.papers.paper_box import Label
from tipline.seal import docket, layout, opening, rewrap, stanza
from tipline.seal.suite import PrivateKey, Suite
from tipline.search import entry, segment_box
from tipline.staff import handover_box
from tipline.talk import draft_box, drafts, template_box

#: What each table's column "sealed" is bound to. A new one must be named here, or nobody looks at it.
BOUND = {"stanza", "paper_key", "reply", "member_key", "recovery_key", "thread", "handover", "template"}
#: Under a key that is derived from a desk's private key at rest, a draft also from its officer's own.
DERIVED = {"segment", "draft"}
#: Which table's original an entry of the index repeats.
_REPEATS = {"m": "envelope", "p": "paper", "r": "reply"}
#: Sealed, and not to a desk: an officer's keys under the passphrase; factors and views under a key of their
#: own, a paper under its key.
NOT_TO_A_DESK = {"officer", "factor", "view", "paper"}


def private_keys(own: Work) -> list[PrivateKey]:
    """Return every private key that an officer has while signed in."""
    return [
        own.member.keys.opening,
        *(key for desk in own.member.desks.values() for key in desk.keys.values()),
    ]


def opens(engine: Engine, suite: Suite, keys: Iterable[PrivateKey]) -> set[tuple[str, bytes]]:
    """Return (table, id) of all that opens: of what is sealed to a key, and what the keys found there open.

    Whatever the row says it is for, every binding that any row could have is tried.
    """
    sealed = {table.name for table in tables.metadata.sorted_tables if "sealed" in table.c}
    known = BOUND | NOT_TO_A_DESK | DERIVED
    assert sealed == known, f"say here how these are sealed: {sealed ^ known}"
    keys, found, secrets = list(keys), set(), set()
    infos = list(_infos(engine))
    for name, id_, blob in _blobs(engine, suite):
        for key, info in product(keys, infos):
            secret = key.open(info, blob)
            if secret is not None:
                found.add((name, id_))
                secrets.add(secret)
    found |= _with_secrets(engine, suite, secrets) | _envelopes(engine, keys)
    return found | _segments(engine, keys) | _drafts(engine, keys)


def _blobs(engine: Engine, suite: Suite) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield (table, id, value) of every column of bytes where the value could be sealed to a key."""
    with engine.connect() as connection:
        for table in set(tables.metadata.sorted_tables) - {tables.envelope, tables.parcel}:
            columns = [one for one in table.c if isinstance(one.type, LargeBinary)]
            ids = [one for one in table.c if one.primary_key or one.unique or one.name == "paper"]
            for row in connection.execute(select(table)).mappings():
                first = next((row[one.name] for one in ids if isinstance(row[one.name], bytes)), b"")
                for column in columns:
                    blob = row[column.name]
                    if blob is not None and len(blob) >= suite.sealed_size(0):
                        yield table.name, first, blob


def _infos(engine: Engine) -> Iterator[bytes]:
    with engine.connect() as connection:
        ids = {
            table.name: connection.scalars(select(table.c.id)).all()
            for table in (
                tables.case,
                tables.desk,
                tables.envelope,
                tables.handover,
                tables.paper,
                tables.reply,
                tables.template,
            )
        }
        epochs = set(connection.scalars(select(tables.desk_key.c.epoch)))
    for desk in ids["desk"]:
        yield from (rewrap._info(one, desk) for one in ids["envelope"])
        yield from (paper_box._info(one, desk) for one in ids["paper"])
        yield from (reply_copy.info(one, desk) for one in ids["reply"])
        yield from (handover_box._info(one, desk) for one in ids["handover"])
        yield from (template_box.info(one, desk) for one in ids["template"])
        yield from (thread_hint._info(one, desk) for one in ids["case"])
        yield from (of._info(desk, epoch) for of, epoch in product((desk_keys, recovery), epochs))


def _with_secrets(engine: Engine, suite: Suite, secrets: Iterable[bytes]) -> set[tuple[str, bytes]]:
    """Return what the secrets found open themselves: papers, and envelopes by K or K_text."""
    found = set()
    with engine.connect() as connection:
        papers = connection.execute(select(tables.paper)).all()
        envelopes = connection.execute(select(tables.envelope.c.id, tables.envelope.c.bytes)).all()
    for secret in secrets:
        for row in papers:
            label = Label(row.id, row.case, row.kind, row.version, row.about)
            if len(secret) == 32 and paper_box.open_(suite, label, secret, row.sealed) is not None:
                found.add(("paper", row.id))
        for row in envelopes:
            if len(secret) == stanza.SIZE and _reads(row.bytes, stanza.unpack(secret)):
                found.add(("envelope", row.id))
    return found


def _reads(envelope: bytes, key: stanza.Stanza) -> bool:
    try:
        text = opening.text_key_of(envelope, key.key) if key.kind == stanza.WHOLE else key.key
        opening.open_body(envelope, text)
    except FormatError:
        return False
    return True


def _segments(engine: Engine, keys: Iterable[PrivateKey]) -> set[tuple[str, bytes]]:
    """Return what the entries repeat of those segments of the index that open."""
    with engine.connect() as connection:
        rows = connection.scalars(select(tables.segment.c.sealed)).all()
        desks = connection.scalars(select(tables.desk.c.id)).all()
    opened = (segment_box.open_(key, desk, row) for row, key, desk in product(rows, keys, desks))
    entries = [one for lines in opened if lines is not None for one in entry.decode(lines)]
    return {(_REPEATS[one.what], one.text.source) for one in entries}


def _drafts(engine: Engine, keys: Iterable[PrivateKey]) -> set[tuple[str, bytes]]:
    """Return the officers of whose drafts both layers open, each with whichever key."""
    with engine.connect() as connection:
        rows = connection.execute(select(tables.draft)).all()
    found = set()
    for row, key in product(rows, keys):
        inner = draft_box._open(key, row.desk, row.sealed)
        if inner and any(drafts._open(one, row.officer, row.case, inner) for one in keys):
            found.add(("draft", row.officer))
    return found


def _envelopes(engine: Engine, keys: Iterable[PrivateKey]) -> set[tuple[str, bytes]]:
    """Return the envelopes of which a stanza or a docket opens."""
    found = set()
    with engine.connect() as connection:
        rows = connection.execute(select(tables.envelope.c.id, tables.envelope.c.bytes)).all()
    for row, key in product(rows, keys):
        parts = layout.split(row.bytes)
        opened = [stanza.open_(key, parts.header_bytes, one) for one in parts.stanzas]
        opened += [docket.open_(key, parts.before_dockets, one) for one in parts.dockets]
        if any(one is not None for one in opened):
            found.add(("envelope", row.id))
    return found

"""The console's section of the board: chosen, numbered and stored first, then posted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Engine, insert, select, update

from tipline import clock, db, facts, tables
from tipline.audit import heads
from tipline.board import board, making
from tipline.board.board import Head
from tipline.board.making import Slot, Tokens
from tipline.collector import store
from tipline.collector.holding import Holding
from tipline.collector.relay import Relay
from tipline.settings import ConsoleSettings

#: The name of the last serial among the state's facts.
SERIAL, _HEAD = "board_serial", "board_head"
_CONTENTS, _DAY = "board_contents", "board_day"
_NO_HEAD = bytes(32)
#: What had its time is off the board, and in the database for so many days more: a clock that jumped ahead
#: and was put right must not have cost an answer or a sign of arrival.
SPARE_DAYS = 31


def post_board(relay: Relay, engine: Engine, holding: Holding, *, again: bool = False) -> bool:
    """Post the board if it changed or the day did, or in any case with *again*. Returns whether it posted.

    Serial and head are on disk before they are posted: a crash may leave a serial out, and never gives one
    to two boards. So a head's *previous* is the head numbered before it, whether or not that one got through.
    """
    today = clock.today()
    with db.writing(engine) as connection:
        slots, tokens, contents = _choose(connection, holding, today)
        state = facts.read(connection, (SERIAL, _HEAD, _CONTENTS, _DAY))
        if not again and state.get(_CONTENTS) == contents and state.get(_DAY) == today.isoformat():
            return False
        head = _next_head(connection, holding, state, today, (slots, tokens))
        digest = hashlib.sha256(head.encode()).hexdigest()
        facts.write(connection, {SERIAL: str(head.serial), _HEAD: digest})
    signer = holding.signer
    relay.put_board(board.pack_section(signer.vouching, signer.sign_head(head), slots, tokens))
    with db.writing(engine) as connection:
        _mark_posted(connection, slots)
        facts.write(connection, {_CONTENTS: contents, _DAY: today.isoformat()})
    return True


def _next_head(
    connection: Connection,
    holding: Holding,
    state: Mapping[str, str],
    today: date,
    what: tuple[list[bytes], list[bytes]],
) -> Head:
    console, (slots, tokens) = holding.settings.console, what
    serial = store.next_serial(state.get(SERIAL), clock.day_number(today))
    return Head(
        console=console,
        serial=serial,
        day=today,
        previous=bytes.fromhex(state.get(_HEAD, _NO_HEAD.hex())),
        slots=len(slots),
        tokens=len(tokens),
        sha256=board.digest(slots, tokens),
        audit=heads.for_board(connection, console, serial, today),
    )


def _choose(connection: Connection, holding: Holding, today: date) -> tuple[list[bytes], list[bytes], str]:
    """Choose slots and tokens and write the choice down; return them with a hash that ignores their order."""
    settings, day = holding.settings, clock.day_number(today)
    slots = _choose_slots(connection, day, settings.reply_days)
    tokens = _choose_tokens(connection, day, settings)
    contents = hashlib.sha256(b"".join(sorted(slots)) + b"".join(sorted(tokens))).hexdigest()
    return slots, tokens, contents


def _choose_slots(connection: Connection, today: int, reply_days: int) -> list[bytes]:
    table = tables.slot
    old = {
        row.bytes: Slot(row.bytes, row.kind, row.day, row.posted) for row in connection.execute(select(table))
    }
    chosen = {item.bytes: item for item in making.choose_slots(old.values(), today, reply_days)}
    for gone in old.keys() - chosen.keys():
        if old[gone].kind == making.FILLER or (
            old[gone].posted and today >= old[gone].day + reply_days + SPARE_DAYS
        ):
            connection.execute(table.delete().where(table.c.bytes == gone))
    for item in chosen.values():
        if item.bytes not in old:
            row = {"bytes": item.bytes, "kind": item.kind, "day": item.day, "posted": False}
            connection.execute(insert(table).values(row))
        elif item.day != old[item.bytes].day:
            connection.execute(update(table).where(table.c.bytes == item.bytes).values(day=item.day))
    return list(chosen)


def _choose_tokens(connection: Connection, today: int, settings: ConsoleSettings) -> list[bytes]:
    table, delay_days = tables.token, settings.collected_delay_days
    days = making.token_days(today, delay_days)
    connection.execute(table.delete().where(table.c.day < days.start - SPARE_DAYS))
    old = _tokens(connection)
    filled, shuffled = making.choose_tokens(old, today, delay_days, settings.covers_per_day)
    for day, tokens in filled.items():
        before = old[day].dummies if day in old else frozenset()
        _delete_tokens(connection, before - tokens.dummies)
        for token in tokens.dummies - before:
            connection.execute(insert(table).values(token=token, day=day, dummy=True))
    return shuffled


def _tokens(connection: Connection) -> dict[int, Tokens]:
    kinds: dict[int, tuple[set[bytes], set[bytes]]] = {}
    for row in connection.execute(select(tables.token)):
        kinds.setdefault(row.day, (set(), set()))[row.dummy].add(row.token)
    return {day: Tokens(frozenset(real), frozenset(dummies)) for day, (real, dummies) in kinds.items()}


def _delete_tokens(connection: Connection, tokens: Iterable[bytes]) -> None:
    for token in tokens:
        connection.execute(tables.token.delete().where(tables.token.c.token == token))


def _mark_posted(connection: Connection, slots: Iterable[bytes]) -> None:
    table = tables.slot
    new = set(connection.scalars(select(table.c.bytes).where(table.c.posted.is_(False))))
    for item in new.intersection(slots):
        connection.execute(update(table).where(table.c.bytes == item).values(posted=True))

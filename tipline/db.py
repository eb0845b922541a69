"""Engines: SQLite in WAL, every commit on disk before it returns, and no bound value in an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    create_engine,
    event,
    text,
)


def open_engine(path: Path) -> Engine:
    """Return an engine for the SQLite file at *path*, whose exceptions never quote what was bound."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that takes the write lock at once: committed at the end, rolled back on any error."""
    with engine.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """The SQLite file at *path* as it is at one moment, whoever writes meanwhile. Nothing is written here."""
    name = quote(str(path.resolve()))
    engine = create_engine(f"sqlite:///file:{name}?mode=ro&uri=true", hide_parameters=True)
    event.listen(engine, "connect", _begin_by_hand)
    try:
        with engine.connect() as connection:
            connection.execute(text("BEGIN"))
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def in_pages(
    connection: Connection, query: Select[Any], by: ColumnElement[Any], size: int
) -> Iterator[Row[Any]]:
    """Yield a query's rows in the order of a column that is unique in them, *size* of them in memory.

    Rows that were yielded may be changed meanwhile.
    """
    page = connection.execute(query.order_by(by).limit(size)).all()
    while page:
        yield from page
        after = getattr(page[-1], by.key or "")
        page = connection.execute(query.where(by > after).order_by(by).limit(size)).all()


def folder_of(connection: Connection) -> Path:
    """Return the folder of the file that a *connection* is to: the agency's, with its settings and root."""
    return Path(str(connection.engine.url.database).removeprefix("file:").partition("?")[0]).parent


def _begin_by_hand(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _prepare(connection: Any, _record: object) -> None:
    # Transactions are begun by hand (BEGIN IMMEDIATE), so the driver must not begin its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

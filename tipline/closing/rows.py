"""Every row that a case has, in whatever table, deleted: what is not named here as kept goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Column, Connection, Table, delete, or_, select, update

from tipline import tables
from tipline.search import segments

#: What is left of a shredded case: workflow facts, without a word of what it was.
KEPT = frozenset(
    {
        tables.case,
        tables.audit,
        tables.closing,
        tables.dissemination,
        tables.outcome,
        tables.reward,
        tables.shredded,
        tables.shredded_key,
    }
)


def delete_all(connection: Connection, numbers: Sequence[int], parcels: Iterable[bytes]) -> None:
    """Delete all rows of the cases *numbers*, and these parcels, inside the caller's transaction.

    SQLite overwrites what it frees (secure_delete). Kept rows lose what they name of the others.
    """
    segments.forget(connection, numbers)
    ids = _ids(connection, numbers)
    for table in reversed(tables.metadata.sorted_tables):
        bonds = [(column, ids[to]) for column in table.c for to in _names(column) if to in ids]
        if table in KEPT:
            for column, these in bonds:
                if column.references(tables.case.c.id):
                    continue
                connection.execute(update(table).where(column.in_(these)).values({column.name: None}))
        elif bonds:
            gone = or_(*(column.in_(these) for column, these in bonds))
            connection.execute(delete(table).where(gone))
    own = tables.parcel
    for one in parcels:
        connection.execute(delete(own).where(own.c.id == one))


def _ids(connection: Connection, numbers: Sequence[int]) -> dict[tuple[str, str], list[object]]:
    """Return, by table and column, what other rows may name of these cases."""
    found: dict[tuple[str, str], list[object]] = {("case", "id"): list(numbers)}
    for table in tables.metadata.sorted_tables:
        if table in KEPT or not _is_named(table):
            continue
        bonds = [(column, found[to]) for column in table.c for to in _names(column) if to in found]
        if bonds:
            query = select(table).where(or_(*(column.in_(these) for column, these in bonds)))
            there = connection.execute(query).mappings().all()
            for column in _named(table):
                found[table.name, column.name] = [row[column.name] for row in there]
    return found


def _names(column: Column[object]) -> list[tuple[str, str]]:
    """Return (table, column) that a column names by a foreign key."""
    return [(key.column.table.name, key.column.name) for key in column.foreign_keys]


def _named(table: Table) -> list[Column[object]]:
    """Return the columns of a table that others name."""
    there = {key.column for other in tables.metadata.tables.values() for key in other.foreign_keys}
    return [column for column in table.c if column in there]


def _is_named(table: Table) -> bool:
    return bool(_named(table))

"""Small facts that the agency's programs remember by name: serials, days, hashes, what was backed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from tipline import tables


def read(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Return the facts of these *names*; what was never written is missing."""
    rows = connection.execute(select(tables.state).where(tables.state.c.name.in_(names)))
    return {row.name: row.value for row in rows}


def write(connection: Connection, facts: Mapping[str, str]) -> None:
    """Write *facts* over the old ones, in the caller's transaction."""
    connection.execute(tables.state.delete().where(tables.state.c.name.in_(facts)))
    connection.execute(insert(tables.state), [{"name": name, "value": facts[name]} for name in facts])

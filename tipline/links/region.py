"""Where the agency is: the country of telephone numbers that are written without theirs.

It goes with the database's engine, since every session reads tips through the agency's own.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine

_OPTION = "tipline_region"


def tell(engine: Engine, region: str) -> None:
    """Say once which country it is, by two capitals; "" for none."""
    engine.update_execution_options(**{_OPTION: region})


def of(connection: Connection) -> str:
    """Return the country; "" where nobody said one."""
    return str(connection.get_execution_options().get(_OPTION, ""))

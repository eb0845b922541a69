"""How alerts stand: which ways do not work, whether anybody looks what waits, and the warnings of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from tipline import clock, facts
from tipline.alerts import rows
from tipline.alerts.channels import known
from tipline.keys.expiry import STEPS, Notice
from tipline.settings import ConsoleSettings

#: Seconds for which a way fails before anybody is told: what comes back at once is no fault.
FAULT_SECONDS = 120
#: Seconds without a look after which the collector counts as down.
LATE_SECONDS = 600
LOOKED = "alerts-looked"
#: As urgent as what ends tomorrow.
_URGENT = STEPS[-1]


@dataclass(frozen=True)
class Way:
    """A way: *failing* since a second, and *why*; *worked* at a second. None where it never did either."""

    name: str
    failing: int | None = None
    why: str = ""
    worked: int | None = None

    @property
    def is_dead(self) -> bool:
        """Tell whether it has failed for long enough to say so."""
        return self.failing is not None and not 0 <= clock.seconds() - self.failing < FAULT_SECONDS


def ways(settings: ConsoleSettings, connection: Connection) -> list[Way]:
    """Return how the ways stand that the settings name."""
    noted = rows.channels(connection)
    found = []
    for channel in known.of(settings.alerts, settings.folder):
        row = noted.get(channel.name)
        found.append(Way(channel.name, row.failing, row.why, row.worked) if row else Way(channel.name))
    return found


def looked(connection: Connection) -> int | None:
    """Return the second at which the collector last looked what waits, to the minute."""
    noted = facts.read(connection, (LOOKED,)).get(LOOKED)
    return int(noted) if noted else None


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return the warnings of now, whatever day *today* is: of the ways that the settings name."""
    del today
    found = ways(settings, connection)
    dead = [_dead(way) for way in found if way.is_dead]
    last = looked(connection)
    is_late = last is not None and clock.seconds() - last > LATE_SECONDS
    return [*dead, *([_LATE] if found and is_late else [])]


def _dead(way: Way) -> Notice:
    title = f"Alerts do not go out by {way.name}: {way.why}"
    without = "Who is not signed in is not called by it when a tip speaks of danger."
    return Notice(_URGENT, 0, title, without, "Call the administrator. Until then keep a console open.")


_LATE = Notice(
    _URGENT,
    0,
    "Nobody has looked what waits for ten minutes",
    "No alert goes out, and nothing is collected.",
    "Call the administrator: does tipline-collector run? Until then keep a console open and load the inbox.",
)

"""Who is told at which step, and who of them can be reached: by the rota, and by who is at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tipline.alerts import rows
from tipline.alerts.channels.channel import Channel, Reach
from tipline.alerts.ladder import STEPS
from tipline.alerts.rota import FIRST, SECOND, Rota
from tipline.errors import RosterError
from tipline.keys.roster import Roster
from tipline.keys.rosters import Rosters


@dataclass(frozen=True)
class People:
    """Of each step the officers whom it adds, and where those who can be reached are."""

    steps: tuple[frozenset[bytes], ...]
    reach: dict[bytes, Reach]

    def by(self, channels: Sequence[Channel]) -> People:
        """Return the same, with those alone who are reached by one of the ways."""
        reach = {id_: one for id_, one in self.reach.items() if any(way.reaches(one) for way in channels)}
        return replace(self, reach=reach)

    def step_from(self, step: int) -> int:
        """Return *step*, or the first after it that adds somebody who can be reached: a gap costs no time."""
        return next((one for one in STEPS[step:] if self.steps[one] & self.reach.keys()), STEPS[-1])

    def up_to(self, step: int) -> list[Reach]:
        """Return where to tell everybody up to a step."""
        told = frozenset[bytes]().union(*self.steps[: step + 1])
        return [one for officer, one in self.reach.items() if officer in told]


def of_desk(connection: Connection, who: Roster | None, rota: Rota, now: int) -> People:
    """Return whom an alert reaches at second *now* at the desk of which *who* is the roster.

    Where that cannot be trusted (None), those on the rota are told: a hint that alerts have come is less than
    an alert that is lost, and whoever changed the roster's rows could have deleted the alert.
    """
    first, second = (frozenset(rota.on_call(now, place)) for place in (FIRST, SECOND))
    steps = (first, second, frozenset[bytes](), frozenset[bytes]())
    if who is not None:
        members, leads = (frozenset(one.officer for one in which) for which in (who.members, who.leads))
        steps = (first & members, second & members, members - leads, leads)
    new = tuple(one.difference(*steps[:place]) for place, one in enumerate(steps))
    return People(new, rows.reaches(connection, frozenset[bytes]().union(*new)))


def administrators(connection: Connection, who: Roster | None) -> list[Reach]:
    """Return where those are reached who run the accounts, by the roster of the administration."""
    return list(rows.reaches(connection, [one.officer for one in who.members] if who else []).values())


def roster(connection: Connection, rosters: Rosters, desk: bytes) -> Roster | None:
    """Return a desk's roster; None where it cannot be trusted."""
    try:
        return rosters.of(connection, desk)
    except RosterError:
        return None

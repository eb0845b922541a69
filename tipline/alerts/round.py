"""One round of alerts: what waits, whom to tell, telling them, and noting that they were told.

No transaction is open while anything is sent. What is told is noted after it was sent: a round that is killed
in between tells it once more, and none is lost. What failed is due again in the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row

from tipline import clock, db, facts
from tipline.alerts import ladder, people, rows, standing, waiting, wording
from tipline.alerts.channels import known
from tipline.alerts.channels.channel import Channel, Reach
from tipline.alerts.ladder import Alert
from tipline.alerts.sender import Outcome, Sender
from tipline.alerts.wording import Text
from tipline.errors import AlertError
from tipline.keys.rosters import Rosters
from tipline.settings import ConsoleSettings

log = logging.getLogger("tipline.alerts")

#: Seconds until a way that failed is tried again, and until the others tell again that it does.
RETRY_SECONDS = 60
FAULT_AGAIN_SECONDS = 12 * 3600
#: Noting that somebody looked once a minute is enough for a warning after ten; a word for a reason.
_NOTED_SECONDS, _WHY_MAX = 60, 200
_NO_WAY = "the agency has set up no way that goes there"
#: The desk whose members run the accounts, as keys/rows.py has it; the collector does not load that.
ADMINISTRATORS = bytes(16)


@dataclass(frozen=True)
class Due:
    """An alert that somebody is to be told of, at a *step*."""

    desk: bytes
    alert: Alert
    step: int
    text: Text
    to: list[Reach]
    name: str


class Round:
    """What rounds need and remember: settings, rosters that were checked, and ways that hang."""

    def __init__(
        self, engine: Engine, settings: ConsoleSettings, keys: Path, sender: Sender | None = None
    ) -> None:
        self._engine, self._settings, self._own = engine, settings, settings.alerts
        self._rosters = Rosters(keys)
        self._sender = sender or Sender(known.of(self._own, settings.folder))
        self._unread = {int(name[1]): 60 * minutes for name, minutes in self._own.unread_minutes.items()}

    def do(self) -> str:
        """Do a round; return in one line whom it told, without naming them."""
        self._look()
        told = [self._tell(due) for due in self._due(clock.seconds())]
        self._check(clock.seconds())
        self._try_new()
        return "; ".join(told)

    def _look(self) -> None:
        """Take in what came, and let every desk's alert begin, climb and end by it."""
        now, more = clock.seconds(), True
        while more:
            with db.writing(self._engine) as connection:
                more = waiting.take_in(connection, now)
        with db.writing(self._engine) as connection:
            waits, before = waiting.look(connection, self._unread, now), rows.alerts(connection)
            for desk in waits.keys() | before.keys():
                found, alert = waits.get(desk), before.get(desk)
                pace = ladder.pace(self._own, found.mark if found else ladder.DANGER)
                after = ladder.look(alert, found, pace, now)
                if after != alert:
                    rows.write(connection, desk, after)
            last = standing.looked(connection)
            if last is None or not 0 <= now - last < _NOTED_SECONDS:
                facts.write(connection, {standing.LOOKED: str(now)})

    def _due(self, now: int) -> list[Due]:
        """Return what is to be told, the most urgent first."""
        if not self._sender.channels:
            return []
        with self._engine.connect() as connection:
            open_ = sorted(rows.alerts(connection).items(), key=lambda one: (one[1].mark, one[1].opened))
            return [
                self._of(connection, desk, alert, now)
                for desk, alert in open_
                if alert.is_due(ladder.pace(self._own, alert.mark), now)
            ]

    def _of(self, connection: Connection, desk: bytes, alert: Alert, now: int) -> Due:
        roster = people.roster(connection, self._rosters, desk)
        rota = rows.rota(connection, desk, self._own.time_zone)
        who = people.of_desk(connection, roster, rota, now).by(self._sender.channels)
        step = who.step_from(alert.reached(ladder.pace(self._own, alert.mark), now))
        name = rows.desk_names(connection)[desk]
        return Due(desk, alert, step, self._text(name, alert), who.up_to(step), name)

    def _text(self, desk: str, alert: Alert) -> Text:
        return wording.alert(desk, alert.count, alert.mark, neutral=self._own.words == "neutral")

    def _tell(self, due: Due) -> str:
        """Tell one alert by every way at once, and note it once a way took it."""
        came = self._send(due.text, due.to)
        took = [name for name, outcome in came.items() if not isinstance(outcome, AlertError)]
        if came and not took:
            return f"{due.name}: no way took it"
        with db.writing(self._engine) as connection:
            # Somebody may have taken it meanwhile, or opened all of it.
            now = rows.alert_of(connection, due.desk)
            if now is not None and (now.opened, now.mark) == (due.alert.opened, due.alert.mark):
                rows.write(connection, due.desk, now.told(due.step, clock.seconds()))
        return f"{due.name}: step {due.step + 1} by {', '.join(took) or 'nothing: nobody has an address'}"

    def _send(self, text: Text, to: list[Reach], *, but: frozenset[str] = frozenset()) -> dict[str, Outcome]:
        """Send by every way that has somebody to tell, and note what came of it."""
        having = [
            one.name
            for one in self._sender.channels
            if one.name not in but and (one.has_own or any(map(one.reaches, to)))
        ]
        came = self._sender.each(lambda channel: channel.send(text, to), only=having)
        self._note(came)
        return came

    def _note(self, came: dict[str, Outcome]) -> None:
        """Note how the ways stand, and say in the log what changed."""
        now = clock.seconds()
        with db.writing(self._engine) as connection:
            before = rows.channels(connection)
            for name, outcome in came.items():
                failing = before[name].failing if name in before else None
                if isinstance(outcome, AlertError):
                    values = {"failing": failing or now, "why": str(outcome)[:_WHY_MAX], "tried": now}
                else:
                    values = {"failing": None, "why": "", "told": None, "worked": now, "tried": now}
                rows.note_channel(connection, name, **values)
                if isinstance(outcome, AlertError) or outcome:
                    log.warning("%s: %s", name, outcome)
                elif failing is not None:
                    log.warning("%s works again", name)

    def _check(self, now: int) -> None:
        """Try the ways by which nothing went for a while, and tell by the others which do not work."""
        with self._engine.connect() as connection:
            noted = rows.channels(connection)
        due = [one.name for one in self._sender.channels if self._is_due(noted.get(one.name), now)]
        if due:
            self._note(self._sender.each(_checked, only=due))
        with self._engine.connect() as connection:
            ways = standing.ways(self._settings, connection)
            told = {name: row.told for name, row in rows.channels(connection).items()}
            roster = people.roster(connection, self._rosters, ADMINISTRATORS)
            to = people.administrators(connection, roster)
        dead = [way for way in ways if way.is_dead]
        for way in dead:
            last = told[way.name]
            if last is None or not 0 <= now - last < FAULT_AGAIN_SECONDS:
                self._tell_fault(way.name, to, frozenset(one.name for one in dead))

    def _try_new(self) -> None:
        """Send a trial to where an officer said that alerts reach them: a slip of the pen shows at once."""
        if not self._sender.channels:
            return
        with self._engine.connect() as connection:
            new = rows.untried(connection)
        for officer, where in new.items():
            by = [one.name for one in self._sender.channels if one.reaches(where)]
            came = self._sender.each(_trial_to(where, wording.trial(self._settings.name)), only=by)
            failed = (f"{name}: {said}" for name, said in came.items() if isinstance(said, AlertError))
            why = "; ".join(failed) if by else _NO_WAY
            with db.writing(self._engine) as connection:
                rows.note_tried(connection, officer, where, clock.seconds(), why[:_WHY_MAX])

    def _is_due(self, noted: Row[Any] | None, now: int) -> bool:
        if noted is None:
            return True
        every = RETRY_SECONDS if noted.failing is not None else 60 * self._own.check_minutes
        return not 0 <= now - (noted.tried or 0) < every

    def _tell_fault(self, name: str, to: list[Reach], dead: frozenset[str]) -> None:
        came = self._send(wording.fault(name, neutral=self._own.words == "neutral"), to, but=dead)
        if any(not isinstance(outcome, AlertError) for outcome in came.values()):
            with db.writing(self._engine) as connection:
                rows.note_channel(connection, name, told=clock.seconds())


def _trial_to(where: Reach, text: Text) -> Callable[[Channel], str]:
    return lambda channel: channel.send(text, [where], own=False)


def _checked(channel: Channel) -> str:
    channel.check()
    return ""

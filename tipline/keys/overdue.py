"""The warning that a week's keys should be gone and are not: what was promised of them does not hold yet."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from tipline import clock
from tipline.keys import epoch, epoch_rows
from tipline.keys.epoch import Epoch
from tipline.keys.expiry import Notice, in_words
from tipline.settings import ConsoleSettings

#: Days since nothing but a collection and the desks was waited for -> how urgent that is, as expiry.STEPS has
#: it. Officers may sign in but once a week.
_STEPS = ((7, 14), (21, 7))
_COSTS = "Whoever takes this machine and learns a passphrase can still open what was sealed in that week."


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return the warning of *today*, of the oldest keys that are late: the later ones wait for the same."""
    day = clock.day_number(today)
    living = (one for one in epoch_rows.read(connection, settings.folder / "keys") if one.destroyed is None)
    late = next((one for one in living if _late(one, day) > _STEPS[0][0]), None)
    if late is None:
        return []
    days = _late(late, day)
    since = in_words(clock.from_day_number(epoch.first_day(late.number)))
    title = f"The keys of the week from {since} have not been destroyed yet"
    waits = "; ".join(epoch.waits(late, day, epoch_rows.desks_of(connection, late))) or "the collector to run"
    step = min(step for over, step in _STEPS if days > over)
    return [Notice(step, -days, title, _COSTS, f"Tell the administrator. It waits for {waits}.")]


def _late(one: Epoch, day: int) -> int:
    # By the clock and by what truly went by: a clock that jumped makes nothing late.
    return min(day - one.named_to - epoch.SPARE_DAYS, (one.lived - epoch.LIVED_SECONDS) // 86_400)

"""All ways at once, each in a thread of its own, and for a bounded time: a slow server holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue

from tipline import clock
from tipline.alerts.channels.channel import Channel
from tipline.errors import AlertError

#: Seconds after which a way that did not answer counts as failed.
BOUND = 25.0
_LATE = "the server does not answer in time"

#: What came of a way: whom it did not reach, or the error.
Outcome = str | AlertError


class Sender:
    """The ways, and which of them still hang in an attempt from before. Used by one thread at a time."""

    def __init__(self, channels: Iterable[Channel], bound: float = BOUND) -> None:
        self.channels = tuple(channels)
        self._bound = bound
        self._hanging: dict[str, threading.Thread] = {}

    def each(self, act: Callable[[Channel], str], *, only: Iterable[str] | None = None) -> dict[str, Outcome]:
        """Do *act* by every way, or those named in *only*; return what came of each. Raises nothing.

        A way that hangs is not tried again before it has come back: a server that can do that to us could as
        well throw away what it takes.
        """
        chosen = [one for one in self.channels if only is None or one.name in only]
        came: SimpleQueue[tuple[str, Outcome]] = SimpleQueue()
        found: dict[str, Outcome] = {one.name: AlertError(_LATE) for one in chosen}
        started = [one.name for one in chosen if self._start(one, act, came)]
        end = clock.monotonic() + self._bound
        for _ in started:
            try:
                name, outcome = came.get(timeout=max(0.0, end - clock.monotonic()))
            except Empty:
                break
            found[name] = outcome
        return found

    def _start(
        self, channel: Channel, act: Callable[[Channel], str], came: SimpleQueue[tuple[str, Outcome]]
    ) -> bool:
        before = self._hanging.get(channel.name)
        if before is not None and before.is_alive():
            return False
        thread = threading.Thread(
            target=lambda: came.put((channel.name, _outcome(channel, act))), name=channel.name, daemon=True
        )
        self._hanging[channel.name] = thread
        thread.start()
        return True


def _outcome(channel: Channel, act: Callable[[Channel], str]) -> Outcome:
    try:
        return act(channel)
    except AlertError as error:
        return error
    except Exception as error:  # noqa: BLE001  whatever a way does, the others and the collector go on
        return AlertError(type(error).__name__)

"""What overseers open together: who agreed and, for a while, the keys that came of it. In memory alone.

A key that was put together is here and nowhere else: not in the database, and in no session. It is forgotten
when the time is over, when one of those who opened it closes it, signs out or is locked for idling.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tipline.cases.work import Work

#: For so long a case stays open to those who opened it.
OPEN_SECONDS = 30 * 60


@dataclass(repr=False)
class _Opening:
    givers: dict[bytes, Work] = field(default_factory=dict)
    keys: dict[bytes, bytes] = field(default_factory=dict)
    readers: frozenset[bytes] = frozenset()
    bad: frozenset[bytes] = frozenset()
    failed: bool = False
    until: float = 0.0


@dataclass(frozen=True)
class Standing:
    """How far a case is: the officers who gave their share (*givers*, ids), the seats whose share is *bad*.

    *failed*: there are shares enough, and they give no key. *seconds* are left while it is open to *readers*.
    """

    givers: frozenset[bytes] = frozenset()
    readers: frozenset[bytes] = frozenset()
    bad: frozenset[bytes] = frozenset()
    failed: bool = False
    seconds: float = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether somebody can read it now."""
        return self.seconds > 0


class Openings:
    """All of them, of one console. *now* is a clock that only goes forward, in seconds."""

    def __init__(self, seconds: float = OPEN_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._cases: dict[int, _Opening] = {}
        self.lock = threading.RLock()

    def agree(self, number: int, work: Work) -> None:
        """Note that an officer gives their share of a case, as long as this session lasts."""
        with self.lock:
            self._cases.setdefault(number, _Opening()).givers[work.member.id] = work
            work.leaving.append(lambda: self.leave(work))

    def givers(self, number: int) -> Sequence[Work]:
        """Return the sessions of those who agreed."""
        with self.lock:
            one = self._cases.get(number)
            return list(one.givers.values()) if one else []

    def open(
        self, number: int, keys: Mapping[bytes, bytes], bad: Iterable[bytes], readers: Iterable[Work]
    ) -> None:
        """Open a case to *readers*: *keys* are K by envelope id; the seats in *bad* gave a false share."""
        with self.lock:
            one = self._cases.setdefault(number, _Opening())
            one.keys, one.bad, one.failed = dict(keys), frozenset(bad), False
            one.readers = frozenset(work.member.id for work in readers)
            one.until = one.until if one.until > self._now() else self._now() + self._seconds

    def fail(self, number: int) -> None:
        """Note that the shares of a case that are there give no key."""
        with self.lock:
            self._cases[number].failed = True

    def standing(self, number: int) -> Standing:
        """Return how far a case is."""
        self.sweep()
        with self.lock:
            one = self._cases.get(number)
            if one is None:
                return Standing()
            left = max(0.0, one.until - self._now())
            return Standing(frozenset(one.givers), one.readers, one.bad, one.failed, left)

    def keys(self, number: int, work: Work) -> Mapping[bytes, bytes]:
        """Return K by envelope id of a case that is open to this very session; nothing otherwise."""
        self.sweep()
        with self.lock:
            one = self._cases.get(number)
            mine = (
                one is not None and one.givers.get(work.member.id) is work and work.member.id in one.readers
            )
            return dict(one.keys) if one and mine else {}

    def close(self, number: int) -> None:
        """Forget the keys of a case, and who agreed."""
        with self.lock:
            one = self._cases.pop(number, None)
            if one is not None:
                one.keys.clear()
                one.givers.clear()

    def leave(self, work: Work) -> None:
        """Take a session that ends out of everything; what it opened with others is closed for all."""
        with self.lock:
            for number, one in list(self._cases.items()):
                if one.givers.get(work.member.id) is not work:
                    continue
                del one.givers[work.member.id]
                if work.member.id in one.readers or not one.givers:
                    self.close(number)

    def sweep(self) -> None:
        """Close what was open for its time. To be called from time to time."""
        with self.lock:
            over = [number for number, one in self._cases.items() if 0 < one.until <= self._now()]
            for number in over:
                self.close(number)

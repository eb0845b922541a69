"""PURE: what an alert says. Never what a tip is about, nor its number: a telephone lies where others see it.

A case's number would let a provider, or who reads over a shoulder, follow one case. Every text has the same
length, so that its size says nothing on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

from tipline.alerts.ladder import ONLY_WAITS

#: Bytes of every text in UTF-8, with the spaces at its end.
SIZE = 320
_NAME_MAX = 100

#: What is told: an alert, a way that does not work, a trial that somebody asked for, and to programs that the
#: way works. Of one length, as all else.
ALERT, FAULT, TRIAL, CHECK = "alert", "fault", "trial", "check"
NEUTRAL = "Somebody is needed at the tip line. Sign in."


@dataclass(frozen=True)
class Text:
    """What is told, the same by every way: *urgent* is where somebody may be in danger."""

    kind: str
    words: str
    urgent: bool = False

    @property
    def padded(self) -> str:
        """The words, filled up."""
        return self.words + " " * (SIZE - len(self.words.encode()))


def alert(desk: str, count: int, mark: int, *, neutral: bool) -> Text:
    """Say how many tips wait at a desk, and how urgent they are."""
    urgent = mark < ONLY_WAITS
    if neutral:
        return Text(ALERT, NEUTRAL, urgent=True)
    tips = "1 tip" if count == 1 else f"{count} tips"
    wait = "waits" if count == 1 else "wait"
    return Text(ALERT, f"{tips} {MARKED[mark]} {wait} at {_cut(desk)}. Sign in.", urgent)


def fault(way: str, *, neutral: bool) -> Text:
    """Say that alerts do not go by one of the ways."""
    words = NEUTRAL if neutral else f"Alerts do not go out by {_cut(way)}. Call the administrator."
    return Text(FAULT, words)


def trial(console: str) -> Text:
    """Say that this is a trial."""
    return Text(TRIAL, f"A trial of the alerts of {_cut(console)}. Nothing waits for you.")


def check() -> Text:
    """Say to a program that nothing is to be said."""
    return Text(CHECK, "")


#: What tips are, in an alert, by its mark.
MARKED = ("marked danger now", "where somebody may be in danger", "unread for too long")


def _cut(name: str) -> str:
    """Return a name on one line that leaves room for the rest."""
    line = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    return line.encode()[:_NAME_MAX].decode(errors="ignore")

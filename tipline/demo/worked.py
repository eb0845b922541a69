"""What the demo's officers have done with the many cases: real acts, each by its own officer.

What was written whole is worked on as written.toml says, the rest by its place: nobody has read the newest,
of older ones more is done, and some were forgotten.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from tipline.assessment import grading, priority, schemes
from tipline.cases import case, reply
from tipline.cases.work import Work
from tipline.closing import closing, disposition, hold, outcome
from tipline.closing.disposition import Disposition
from tipline.closing.outcome import Report
from tipline.demo import agency, invented, settled
from tipline.demo.invented import Invented
from tipline.demo.many import Say, Then
from tipline.demo.settled import Staff
from tipline.errors import StateError
from tipline.papers import notes, paper_box, report
from tipline.papers.reason import Reason
from tipline.routing import response, route, taken
from tipline.routing.route import Giving
from tipline.settings import ConsoleSettings
from tipline.staff import member
from tipline.talk import starters, variables

#: So many of the newest are worked on, however many there are.
MOST = 300
#: The newest so many were read by nobody; up to the second number little more was done than answering.
_UNREAD, _FRESH = 10, 40
_UNITS = {
    "human-trafficking": "Human trafficking",
    "drugs": "Narcotics",
    "cybercrime": "Cybercrime",
    "money-laundering": "Financial crime",
    "terrorism-financing": "Financial crime",
    "wildlife": "Wildlife",
    "arms": "Firearms",
}
#: What comes of cases at each unit, of which one is reported as it stands or doubled.
_OUTCOMES = {
    "Human trafficking": (Report("victims", count=2), Report("arrests", count=1)),
    "Narcotics": (
        Report("drugs", "cocaine", grams=1400, value=84_000, currency="EUR"),
        Report("drugs", "cannabis", grams=5200, value=31_000, currency="EUR"),
        Report("arrests", count=2),
    ),
    "Cybercrime": (Report("arrests", count=1), Report("property", count=14)),
    "Financial crime": (Report("cash", value=23_500, currency="EUR"), Report("charges", count=1)),
    "Wildlife": (Report("animals", "live", count=12), Report("animals", "product", count=3, grams=9400)),
    "Firearms": (Report("weapons", count=3), Report("warrants", count=1)),
}
_GRADES = ("2D", "2C", "2A", "2D", "3C")
#: How triage closes what no unit acted on, and how often.
_ENDS = {
    disposition.INSUFFICIENT: 9,
    disposition.INTELLIGENCE: 7,
    disposition.KNOWN: 3,
    disposition.UNFOUNDED: 3,
    disposition.NO_REPLY: 5,
    disposition.NO_NEXUS: 2,
}
_AGENCY_WORDS = "It is for the town's own office, which we have told."


def by_all(settings: ConsoleSettings, say: Say) -> Then:
    """Return what works on cases as all the demo's officers."""

    def then(own: Work, numbers: range) -> None:
        say("reading, answering, routing and closing them")
        work_on(settings, own.engine, settings.folder / "keys", numbers)

    return then


def work_on(settings: ConsoleSettings, engine: Engine, keys: Path, numbers: range) -> None:
    """Work on the newest of the cases with these numbers, as the demo's officers."""
    signed_in = {
        one.name: Work(engine, member.sign_in(engine, keys, one.name, one.passphrase))
        for one in agency.OFFICERS
        if one.desks
    }
    staff = Staff(settings, signed_in)
    for work in signed_in.values():
        work.refresh()
    settled.begin(staff)
    newest = list(reversed(numbers))[:MOST]
    routed: dict[str, list[_Case]] = defaultdict(list)
    for place in reversed(range(len(newest))):
        one = _Case(staff, newest[place], place, invented.tip(place))
        if unit := one.work():
            routed[unit].append(one)
    for unit, given in routed.items():
        _at_unit(staff, unit, given)
    settled.end(staff, newest)
    for work in signed_in.values():
        work.wipe()


def _at_unit(staff: Staff, unit: str, given: Sequence[_Case]) -> None:
    """Answer for a unit that was given these cases: most are taken on, and of most of them something came."""
    own, desk = staff.of(unit), staff.unit(unit)
    for one in given:
        rng = _chance("unit", one.place)
        chance = rng.random()
        if one.place < _FRESH or chance < 0.1:
            continue
        case.open_(own, one.number)
        if chance < 0.2:
            response.decline(own, one.number, desk, Reason("insufficient"))
            continue
        response.accept(own, one.number, desk)
        if chance < 0.7:
            outcome.report(own, one.number, _outcome(unit, rng))
            one.close(disposition.ACTIONED)


def _chance(who: str, place: int) -> random.Random:
    """Return what decides about a case at a desk: the same for the same place, and no other desk's chance."""
    return random.Random(f"{who} {place}")  # noqa: S311 -- nothing secret comes of it


def _outcome(unit: str, rng: random.Random) -> Report:
    one, times = rng.choice(_OUTCOMES[unit]), rng.choice((1, 1, 2))
    return replace(one, count=one.count * times, grams=one.grams * times, value=one.value * times)


@dataclass(frozen=True)
class _Case:
    """One case, and who works on it."""

    staff: Staff
    number: int
    place: int
    tip: Invented

    @property
    def own(self) -> Work:
        """The officer of triage whose case it is: the two take turns."""
        return self.staff.works["Maria" if self.number % 2 else "Tomas"]

    @property
    def unit(self) -> str | None:
        """The unit that its report is for, if there is one."""
        return _UNITS.get(self.tip.category) if self.tip.report else None

    def work(self) -> str | None:
        """Do with it what its place and its text ask for; return the unit that it was given to, if any."""
        rng = _chance("triage", self.place)
        if self._is_unread(rng):
            return None
        case.open_(self.own, self.number)
        self._assess()
        if self.tip.acts:
            return self._as_written()
        return self._lately(rng) if self.place < _FRESH else self._long_ago(rng)

    def _is_unread(self, rng: random.Random) -> bool:
        """Tell whether nobody read it: the newest, what waits with others of its event, and some."""
        if self.tip.acts:
            return self.tip.acts.keys() == {"group"}
        return self.place < _UNREAD or rng.random() < 1 / 20

    def _as_written(self) -> str | None:
        acts = self.tip.acts
        if "note" in acts:
            notes.note(self.own, self.number, acts["note"], paper_box.new_id())
        if "answer" in acts:
            reply.send(self.own, self.number, acts["answer"])
        if "hold" in acts:
            hold.place(self.own, self.number, Reason(acts["hold"]))
        if "close" in acts:
            self.close(acts["close"])
        return self._routed(acts["unit"]) if "unit" in acts else None

    def _lately(self, rng: random.Random) -> str | None:
        what = rng.randrange(5)
        if what == 0:
            taken.take(self.own, self.number)
        elif what in {1, 2}:
            self._answer("received" if what == 1 else "how-known")
        return self._routed(self.unit) if what == 3 and self.unit else None

    def _long_ago(self, rng: random.Random) -> str | None:
        unit, chance = self.unit, rng.random()
        if rng.random() < 1 / 2:
            self._answer(rng.choice(("received", "how-known")))
        if unit and chance < 0.4:
            return self._routed(unit)
        if chance < 0.95:
            self.close(rng.choices(list(_ENDS), weights=list(_ENDS.values()))[0])
        return None

    def _assess(self) -> None:
        acts = self.tip.acts
        if "grade" in acts or (not acts and self.place % 3):
            codes = acts.get("grade", _GRADES[self.place % len(_GRADES)])
            what = schemes.first(self.staff.settings.assessment.scheme)
            given = replace(what, source=codes[0], information=codes[1])
            grading.grade(self.own, self.number, given)
        if "priority" in acts:
            self._prioritise(int(acts["priority"]), "graver")
        elif not acts and self.tip.danger == "no" and self.place % 4 == 0:
            self._prioritise(2, "graver")
        elif not acts and self.tip.danger == "no" and self.place % 17 == 1:
            self._prioritise(4, "lesser")

    def _prioritise(self, to: int, why: str) -> None:
        with self.own.engine.connect() as connection:
            now = priority.of(connection, self.number)
        if now not in {priority.LIFE, to}:
            priority.change(self.own, self.number, to, Reason(why))

    def _answer(self, code: str) -> None:
        found = starters.find(code, self.tip.lang) or starters.find(code, starters.ENGLISH)
        if found:
            settings = self.staff.settings
            values = variables.known(f"T-{self.number:04}", settings.name, found.lang, settings.talk)
            reply.send(self.own, self.number, reply.tidy(variables.fill(found.text, values)))

    def _routed(self, unit: str) -> str:
        """Write a report, have the other officer of triage approve it, and give it to a unit."""
        report.write(self.own, self.number, self.tip.report, paper_box.new_id(), 0)
        other = self.staff.works["Tomas" if self.number % 2 else "Maria"]
        with other.engine.connect() as connection:
            written = report.versions(connection, other.member, self.number)[0].paper
        report.approve(other, self.number, written.label.id, written.hash)
        route.send(self.own, self.number, self.staff.unit(unit), Giving())
        return unit

    def close(self, code: str) -> None:
        """Close it; a P0 waits for a second officer then, and what cannot be closed now stays open."""
        words = _AGENCY_WORDS if code in disposition.WITH_WORDS else ""
        try:
            closing.close(self.own, self.number, Disposition(code, words=words))
        except StateError:
            return

"""How the demo's agency is settled: who reads which language, who is on call, and what belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tipline.alerts.rota import PLACES
from tipline.cases import case
from tipline.cases.work import Work
from tipline.demo import agency, invented
from tipline.keys.rows import TRANSLATION, UNIT
from tipline.languages import handing, readers
from tipline.links import link, merge
from tipline.papers import paper_box
from tipline.papers.reason import Reason
from tipline.rewards import reward
from tipline.routing import route_keys
from tipline.settings import ConsoleSettings
from tipline.staff import on_call
from tipline.staff.on_call import Weekly
from tipline.talk import templates
from tipline.talk.templates import Template

_READ = {"Maria": ("es", "fr", "pt", "ar"), "Tomas": ("de", "ru", "tr", "zh"), "Sami": ("vi",)}
#: Day and night, as minute of the day and minutes.
_SHIFTS = {"Maria": (8 * 60, 12 * 60), "Tomas": (20 * 60, 12 * 60)}
_FIRST_CALLED, _SECOND_CALLED = PLACES
_TEMPLATE = (
    "en",
    "Do not put yourself in danger",
    """Thank you. Please do not follow anybody, and take no pictures there.
Keep nothing that others could find: what you remember is enough.
We look here every day.
{agency}""",
)


@dataclass(frozen=True)
class Staff:
    """Everybody at a desk, signed in, by name."""

    settings: ConsoleSettings
    works: Mapping[str, Work]
    _desks: dict[str, bytes] = field(default_factory=dict)

    @property
    def triage(self) -> Work:
        """One of triage, who leads it."""
        return self.works[agency.OFFICERS[0].name]

    def unit(self, name: str) -> bytes:
        """Return the id of a unit, or of a desk of translators."""
        if not self._desks:
            with self.triage.engine.connect() as connection:
                found = [
                    route_keys.units(connection, self.triage.member, kind) for kind in (UNIT, TRANSLATION)
                ]
            self._desks.update({one.name: one.id for units in found for one in units})
        return self._desks[name]

    def of(self, unit: str) -> Work:
        """Return somebody of a unit, who has taken in what it was given."""
        own = self.works[next(one.name for one in agency.OFFICERS if unit in one.desks)]
        own.refresh()
        return own


def begin(staff: Staff) -> None:
    """Settle what stands before any case: languages, the rota, a template of the desk's own."""
    for name, codes in _READ.items():
        readers.say(staff.works[name], codes)
    desk = next(one.id for one in staff.triage.member.desks.values() if one.name == agency.TRIAGE)
    for name, (start, minutes) in _SHIFTS.items():
        for place, who in ((_FIRST_CALLED, name), (_SECOND_CALLED, _other(name))):
            shift = Weekly(staff.works[who].member.id, place, tuple(range(7)), start, minutes)
            on_call.add_weekly(staff.triage, desk, shift)
    templates.keep(staff.triage, Template(templates.new_id(), desk, *_TEMPLATE))


def _other(name: str) -> str:
    return next(one for one in _SHIFTS if one != name)


def end(staff: Staff, newest: Sequence[int]) -> None:
    """Link, merge, have translated and propose what written.toml says; *newest* are the cases by place."""
    acts = [(number, invented.tip(place).acts) for place, number in enumerate(newest)]
    for act, do in (("link", _link), ("merge", _merge)):
        groups: dict[str, list[int]] = defaultdict(list)
        for number, said in reversed(acts):
            if act in said:
                groups[said[act]].append(number)
        for numbers in groups.values():
            do(staff.triage, numbers)
    for number, said in acts:
        if "translation" in said:
            _translate(staff, number, said["translation"])
        if "reward" in said:
            _reward(staff, number, int(said["reward"]))


def _link(own: Work, numbers: Sequence[int]) -> None:
    for number in numbers[1:]:
        link.link(own, number, numbers[0], Reason("number"))


def _merge(own: Work, numbers: Sequence[int]) -> None:
    for number in numbers:
        case.open_(own, number)
    for number in numbers[1:]:
        merge.merge(own, number, numbers[0], Reason("surge"))


def _translate(staff: Staff, number: int, words: str) -> None:
    """Have a case's text translated by the interpreters, who get nothing else of it."""
    envelope = case.open_(staff.triage, number).envelopes[0]
    text = paper_box.new_id()
    desk = staff.unit(agency.TRANSLATORS[0])
    handing.hand_out(staff.triage, number, envelope, desk, text)
    translator = staff.works["Sami"]
    handing.open_(translator, text)
    handing.translate(translator, text, words, paper_box.new_id())


def _reward(staff: Staff, number: int, amount: int) -> None:
    """Have a reward proposed, granted by one of the board and agreed to by another."""
    with staff.triage.engine.connect() as connection:
        ((board, _),) = reward.boards(connection)
    reward.propose(staff.triage, number, board)
    for one in agency.OFFICERS:
        if agency.BOARD in one.desks:
            reward.grant(staff.works[one.name], number, amount, staff.settings.rewards)

"""What an agency is to be: the plan that `tipline init` makes of its options, checked before it is used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tipline.errors import SettingsError
from tipline.keys.officer import STRONG, Profile, check_passphrase
from tipline.keys.rows import QUORUM, REWARDS, TRANSLATION, TRIAGE, UNIT, check_name
from tipline.seal.message import CODE
from tipline.seal.stanza import SEATS_MAX, is_quorum
from tipline.seal.suite import HYBRID, Suite

_CONSOLE = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class OfficerPlan:
    """An officer: *name*, *passphrase*, and the names of the *desks* that the officer is a member of.

    The first officer of a desk is its lead.
    """

    name: str
    passphrase: str = field(repr=False)
    desks: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """Where each server listens, as host:port. *plain* None switches the plain pages off."""

    public: str = "127.0.0.1:8080"
    onion: str = "127.0.0.1:8081"
    plain: str | None = "127.0.0.1:8082"
    handover: str = "127.0.0.1:8083"
    console: str = "127.0.0.1:8090"


#: Code and plain name of what a tip can be about. All go to the triage desk until the agency says otherwise.
CATEGORIES = (
    ("human-trafficking", "Human trafficking or forced labour"),
    ("drugs", "Drugs"),
    ("cybercrime", "Cybercrime"),
    ("money-laundering", "Money laundering"),
    ("terrorism-financing", "Financing of terrorism"),
    ("wildlife", "Wildlife crime"),
    ("arms", "Illegal weapons"),
    ("something-else", "Something else"),
)
#: What tips to an oversight body are about: a console that joins another one's relay has this one.
OVERSIGHT = (("police-officials", "About the police or an official"),)


@dataclass(frozen=True)
class Plan:
    """A console to be made in the empty or new folder *data*.

    With *relay* it joins the relay at this handover address, and gets no folder for a public host.

    *rewards* is the name of a board that grants rewards, and gets no tip. With a *quorum* so many officers of
    the triage desk, each at a seat of their own, open a tip together.
    *translators* are names of desks that texts are given to, to be translated.
    *administrators* are names of officers, who may be at no desk; by default the first one of triage.
    *intake* and *settings* are further lines of intake.toml and console.toml, as settings.py describes them.
    """

    data: Path
    name: str
    officers: tuple[OfficerPlan, ...]
    units: tuple[str, ...] = ()
    triage: str = "Triage"
    rewards: str | None = None
    console: str = "agency"
    relay: str | None = None
    administrators: tuple[str, ...] = ()
    categories: tuple[tuple[str, str], ...] = CATEGORIES
    addresses: Addresses = Addresses()
    profile: Profile = STRONG
    suite: Suite = HYBRID
    quorum: int | None = None
    translators: tuple[str, ...] = ()
    intake: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def desks(self) -> tuple[str, ...]:
        """The names of all desks, triage first."""
        return (self.triage, *self.units, *((self.rewards,) if self.rewards else ()), *self.translators)

    def kind_of(self, desk: str) -> str:
        """Return what kind of desk a name is that of."""
        if desk == self.triage:
            return QUORUM if self.quorum else TRIAGE
        if desk == self.rewards:
            return REWARDS
        return TRANSLATION if desk in self.translators else UNIT

    @property
    def seats(self) -> tuple[tuple[str, str], ...]:
        """The seats of the desk that opens only together: the name of each, and its officer."""
        people = self.members(self.triage) if self.quorum else []
        return tuple((seat_name(self.triage, place), person) for place, person in enumerate(people, start=1))

    @property
    def administer(self) -> tuple[str, ...]:
        """The names of the administrators."""
        return self.administrators or tuple(self.members(self.triage)[:1])

    def members(self, desk: str) -> list[str]:
        """Return the names of a desk's officers."""
        return [officer.name for officer in self.officers if desk in officer.desks]


def seat_name(desk: str, place: int) -> str:
    """Return the name of a seat. It is not its officer's, who may leave."""
    return f"{desk}, seat {place}"


def check(plan: Plan) -> Plan:
    """Return *plan* if an agency can be made of it. Raises SettingsError or AccessError that says why not."""
    check_name(plan.name)
    if not _CONSOLE.fullmatch(plan.console):
        raise SettingsError(f"{plan.console!r}: a console's name is lower-case letters, digits and hyphens")
    _check_different("desk", plan.desks)
    _check_different("officer", [officer.name for officer in plan.officers])
    _check_different("category", [code for code, _ in plan.categories])
    for officer in plan.officers:
        check_passphrase(officer.passphrase)
        _check_membership(plan, officer)
    for desk in plan.desks:
        if not plan.members(desk):
            raise SettingsError(f"desk {desk} has no officer: nobody could open what it gets")
    if plan.quorum and not is_quorum(plan.quorum, len(plan.seats)):
        raise SettingsError(
            f"{plan.quorum} of {len(plan.seats)}: together open at least 2, of at most {SEATS_MAX} overseers"
        )
    for code, name in plan.categories:
        check_name(name)
        if not CODE.fullmatch(code):
            raise SettingsError(f"{code!r}: a category's code is lower-case letters, digits and hyphens")
    _check_administrators(plan)
    if not plan.categories:
        raise SettingsError("without a category nobody can send a tip")
    return plan


def _check_administrators(plan: Plan) -> None:
    _check_different("administrator", plan.administer)
    for name in plan.administer:
        if name not in [officer.name for officer in plan.officers]:
            raise SettingsError(f"administrator {name} is not among the officers")


def check_folder(data: Path) -> None:
    """Refuse a folder in which something is: an agency's keys are made once. Raises SettingsError."""
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise SettingsError(f"{data} is not an empty folder, so no agency is made there")


def _check_different(what: str, names: tuple[str, ...] | list[str]) -> None:
    most = Counter(check_name(name) for name in names).most_common(1)
    if most and most[0][1] > 1:
        raise SettingsError(f"there are two of {what} {most[0][0]}")


def _check_membership(plan: Plan, officer: OfficerPlan) -> None:
    if not officer.desks and officer.name not in plan.administer:
        raise SettingsError(f"officer {officer.name} is at no desk")
    for desk in officer.desks:
        if desk not in plan.desks:
            raise SettingsError(f"officer {officer.name} is at a desk {desk} that is not named")

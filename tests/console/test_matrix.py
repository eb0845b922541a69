"""Every route x every person x their own and others' cases, from the table of routes itself.

What is wanted follows from the role that a route names and from who knows which case, so a route that is
added is covered by that alone. One with a variable part that is not known here fails with a sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import quorum
from tests.cases import scene
from tests.conftest import Agency
from tests.console.conftest import Browser, Desk, settings_of
from tests.console.test_role import VALUES, filled, routes, without_tokens
from tipline import tables
from tipline.console import role
from tipline.console.app import create_app

NOBODY, HALF = "nobody", "half signed in"
#: The roles that a person has beside that of an officer.
ROLES: dict[str, frozenset[str]] = {
    "Alice": frozenset({"triage", "lead"}),
    "Alan": frozenset({"triage"}),
    "Rita": frozenset({"triage"}),
    "Bob": frozenset({"lead"}),
    "Carol": frozenset({"lead"}),
    "Dora": frozenset({"lead"}),
    "Sami": frozenset({"lead"}),
    "Rosa": frozenset({"rewards", "lead"}),
    "Ruth": frozenset({"administrator"}),
}
PEOPLE = (NOBODY, HALF, *ROLES)
#: The cases there are, and one that is not; of each the words that make a person know it.
CASES = {1: frozenset({"tip", "report"}), 2: frozenset({"other"}), 99: frozenset()}
#: These pages are about cases of a desk that opens only together, of which there is none here.
OF_OVERSEERS = "sealed."


@dataclass(frozen=True)
class Ask:
    """One request of the table: an *endpoint*, its *role*, and the case in its address if there is one."""

    endpoint: str
    role: str | None
    method: str
    path: str
    case: int | None

    def wanted(self, who: str) -> int | None:
        """Return the status with which *who* is refused; None where they are not."""
        if self.role == "anyone" or (self.role, who) == ("half", HALF):
            return None
        if who in (NOBODY, HALF) or self.role == "half":
            return 303
        if self.role not in ROLES[who] | {"officer"}:
            return 403
        return None if self.case is None or self.knows(who) else 404

    def knows(self, who: str) -> bool:
        """Tell whether *who* is to know the case."""
        return not self.endpoint.startswith(OF_OVERSEERS) and bool(scene.SHOWN[who] & CASES[self.case or 99])

    def of(self, browser: Browser) -> tuple[int, str | None, str]:
        """Ask; return status, where it leads, and all that was answered."""
        ask = browser.get if self.method == "GET" else browser.post
        answer = ask(self.path)
        return answer.status_code, answer.location, answer.get_data().decode(errors="replace")


@dataclass(frozen=True)
class Matrix:
    """The agency, its console without and with a second factor, and what can be asked."""

    agency: Agency
    app: Flask
    strict: Flask
    asks: tuple[Ask, ...]

    def browser(self, who: str) -> Browser:
        if who in ROLES:
            return Desk(self.agency, self.app).browser(who)
        browser = Browser((self.strict if who == HALF else self.app).test_client())
        if who == HALF:
            assert browser.sign_in("Alice").status_code == 303
            assert browser.get("/").location == "/sign-in"
        return browser

    def digest(self) -> str:
        """Return a hash of every row there is."""
        whole = hashlib.sha256()
        with self.agency.engine.connect() as connection:
            for table in tables.metadata.sorted_tables:
                whole.update(repr(sorted(map(repr, connection.execute(select(table))))).encode())
        return whole.hexdigest()


def asks(app: Flask, values: dict[str, str]) -> Iterator[Ask]:
    """Every route with every method; one with a case in it once for each case."""
    for endpoint, method, path in routes(app):
        needed = role.role_of(app.view_functions[endpoint])
        for case in CASES if "<number>" in path else (None,):
            own = path.replace("<number>", str(case))
            for name, value in values.items():
                own = own.replace(f"<{name}>", value)
            yield Ask(endpoint, needed, method, filled(own), case)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    agency = scene.make(tmp_path_factory.mktemp("matrix") / "data")
    app = create_app(settings_of(agency), agency.engine)
    strict = create_app(settings_of(agency, factors="webauthn"), agency.engine)
    with agency.engine.connect() as connection:
        tip = connection.scalar(select(tables.envelope.c.id).where(tables.envelope.c.case == 1))
        bob = connection.scalar(select(tables.officer.c.id).where(tables.officer.c.name == "Bob"))
        handout = connection.scalar(select(tables.paper.c.id).where(tables.paper.c.kind == "handout"))
    assert tip
    assert bob
    assert handout
    values = VALUES | {"envelope": tip.hex(), "officer": bob.hex(), "paper": handout.hex()}
    del values["number"]
    yield Matrix(agency, app, strict, tuple(asks(app, values)))
    agency.engine.dispose()


def leaks(who: str, answered: str) -> list[str]:
    """Return which words an answer has that are not for *who*."""
    known = scene.SHOWN.get(who, frozenset())
    return [what for what, words in scene.WORDS.items() if words in answered and what not in known]


@pytest.mark.parametrize("who", PEOPLE)
def test_a_route_refuses_whom_it_is_not_for(matrix: Matrix, who: str):
    """With the status that its role and the case give; nothing is shown, and no row is changed."""
    browser = matrix.browser(who)
    refused = [ask for ask in matrix.asks if ask.wanted(who) is not None]
    assert refused
    before = matrix.digest()
    for ask in refused:
        status, leads, answered = ask.of(browser)
        assert (status, leads) == (ask.wanted(who), "/sign-in" if ask.wanted(who) == 303 else None), ask
        assert leaks(who, answered) == [], ask
        assert "T-000" not in answered, ask
    assert matrix.digest() == before


@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in (NOBODY, HALF)])
def test_a_page_shows_what_is_for_its_reader(matrix: Matrix, who: str):
    """Every page that a person may ask for: it is there, and shows what they are to know and nothing else."""
    browser, seen = matrix.browser(who), ""
    for ask in matrix.asks:
        if ask.method != "GET" or ask.role == "anyone" or ask.wanted(who) is not None:
            continue
        status, leads, answered = ask.of(browser)
        # What is not a case's may be switched off here.
        assert status in ((200, 303) if ask.case else (200, 303, 404)), ask
        assert leads != "/sign-in", ask
        assert leaks(who, answered) == [], ask
        seen += answered
    assert {what for what, words in scene.WORDS.items() if words in seen} == scene.SHOWN[who]


def test_a_case_of_others_looks_like_none_at_all(matrix: Matrix):
    """The same bytes, for each who does not know it: that there is such a case is not for them either."""
    for who, case in (("Dora", 1), ("Bob", 2), ("Carol", 2), ("Rita", 1), ("Ruth", 1)):
        browser = matrix.browser(who)
        answers = [browser.get(f"/case/{number}") for number in (case, 99)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_tokens(answers[0].text) == without_tokens(answers[1].text)


def test_each_role_reaches_the_routes_that_name_it(matrix: Matrix):
    """Of every route there is somebody who is not refused it; it is asked for with an empty form."""
    left = {(ask.endpoint, ask.method): [] for ask in matrix.asks}
    for ask in matrix.asks:
        left[ask.endpoint, ask.method] += [who for who in PEOPLE if ask.wanted(who) is None]
    overseers = {key for key in left if key[0].startswith(OF_OVERSEERS)}
    assert {key for key, reached in left.items() if not reached} == overseers


def test_an_overseer_alone_reads_no_words(tmp_path: Path):
    """Where two open a tip together: its own pages are there, and no request shows a word of it."""
    made = quorum.make(tmp_path / "data")
    made.tip(scene.WORDS["tip"])
    app, who = create_app(settings_of(made), made.engine), made.work("Ben").member
    roles = {"officer"} | {name for name, has in (("lead", who.leads), ("triage", who.triages)) if has}
    browser, shown = Desk(made, app).browser("Ben"), set()
    for ask in asks(app, VALUES):
        if ask.role in ("anyone", "half") or ask.endpoint == "session.sign_out":
            continue
        status, _, answered = ask.of(browser)
        assert scene.WORDS["tip"] not in answered, ask
        if ask.role not in roles:
            assert status == 403, ask
        elif ask.case and (ask.case != 1 or not ask.endpoint.startswith(OF_OVERSEERS)):
            assert status == 404, ask
        elif (ask.method, status) == ("GET", 200):
            shown.add((ask.endpoint, ask.case))
    assert ("sealed.show", 1) in shown
    made.engine.dispose()


def test_a_fault_would_be_noticed(matrix: Matrix):
    """A view whose role was forgotten to be narrowed: the matrix says 403, the route lets a unit in."""
    (ask,) = (ask for ask in matrix.asks if (ask.endpoint, ask.case) == ("report.show", 1))
    view = matrix.app.view_functions["report.show"]
    kept, view.role = view.role, "officer"
    try:
        assert ask.of(matrix.browser("Bob"))[0] != ask.wanted("Bob") == 403
    finally:
        view.role = kept

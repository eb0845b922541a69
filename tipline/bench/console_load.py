"""One agency's console under measurement: an officer signs in, reads the inbox, filters, searches, routes.

    python -m tipline.bench.console_load CONSOLE.TOML

Prints one line of JSON: milliseconds (medians) or seconds, of them the processor's, and MB of memory.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tipline import db, tables
from tipline.bench.console import COLLEAGUE, OFFICER, UNIT, WORDS
from tipline.cases import disposition
from tipline.cases.work import Work
from tipline.console.app import create_app
from tipline.lanes import bulk
from tipline.papers.reason import Reason
from tipline.routing.route import Giving
from tipline.settings import ConsoleSettings, load
from tipline.staff import member

_TIMES, _ROUTED = 9, 50
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
#: What is looked for, by what kind of search it is.
SEARCHES = {
    "a word in a tenth": "children",
    "two words": "children Harrow",
    "a phrase": '"the car has the plate"',
    "a beginning": "passp*",
    "a telephone number": "07700 900123",
    "Chinese": "海滨路",
    "Arabic": "شارع البحر",
    "nothing": "zeppelin",
}
FILTERS = ("status", "category", "lang", "age", "files", "holder", "unread")


class Officer:
    """An officer's browser at the application."""

    def __init__(self, app: Flask, host: str) -> None:
        self._client: FlaskClient = app.test_client()
        self._sent: dict[str, Any] = {
            "base_url": f"http://{host}",
            "headers": {"Sec-Fetch-Site": "same-origin"},
        }
        self._token = ""

    def get(self, path: str) -> Any:
        """Return the answer to a GET."""
        answer = self._client.get(path, **self._sent)
        found = _TOKEN.search(answer.text)
        self._token = found[1] if found else self._token
        return answer

    def post(self, path: str, **fields: str) -> Any:
        """Return the answer to a form."""
        return self._client.post(path, data={"csrf_token": self._token, **fields}, **self._sent)

    def sign_in(self, name: str) -> dict[str, float]:
        """Sign in; return the *seconds* to an inbox that can be searched, and how much was work."""
        self.get("/sign-in")
        begun, worked = time.perf_counter(), time.process_time()
        self.post("/sign-in", name=name, passphrase=WORDS)
        while self.get("/").status_code != 200:
            for thread in threading.enumerate():
                if thread.name == "reading":
                    thread.join()
        return {
            "seconds": round(time.perf_counter() - begun, 2),
            "processor": round(time.process_time() - worked, 2),
        }

    def search(self, asked: str) -> None:
        """Search, and read the first page of what is found."""
        self.get(self.post("/search", asked=asked).location)


def main(settings: ConsoleSettings) -> dict[str, Any]:
    """Measure; return the figures."""
    app = create_app(settings)
    before = _memory()
    alice, alan = (Officer(app, settings.listen) for _ in range(2))
    figures: dict[str, Any] = {"sign in": alice.sign_in(OFFICER)}
    figures["memory"] = round(_memory() - before)
    figures["a colleague signs in"] = alan.sign_in(COLLEAGUE)
    figures["memory of a second session"] = round(_memory() - before - figures["memory"])
    page = alice.get("/").text
    figures["inbox"] = _median(lambda: alice.get("/"))
    figures["a lane"] = _median(lambda: alice.get("/?lane=3"))
    choices = _Choices()
    choices.feed(page)
    figures["filters"] = {
        name: _median(lambda path=f"/?{name}={value}": alice.get(path))  # type: ignore[misc]
        for name, value in choices.first.items()
        if name in FILTERS
    }
    figures["searches"] = {
        kind: _median(lambda asked=asked: alice.search(asked))  # type: ignore[misc]
        for kind, asked in SEARCHES.items()
    }
    figures[f"route {_ROUTED}"] = _route(settings)
    return figures


class _Choices(HTMLParser):
    """The first value of every filter of the inbox's form."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, str] = {"unread": "1"}
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a choice."""
        given = dict(attrs)
        if tag == "select":
            self._name = given.get("name") or ""
        if tag == "option" and given.get("value"):
            self.first.setdefault(self._name, str(given["value"]))


def _route(settings: ConsoleSettings) -> dict[str, float]:
    """Route cases to a unit at once, with the tipsters' own words."""
    folder = settings.folder
    engine = db.open_engine(folder / "console.db")
    own = Work(engine, member.sign_in(engine, folder / "keys", OFFICER, WORDS))
    own.refresh()
    with engine.connect() as connection:
        unit = connection.scalars(select(tables.desk.c.id).where(tables.desk.c.name == UNIT)).one()
        case = tables.case.c
        # What somebody has worked on already may be with a unit, part of another, or closed.
        untouched = select(case.id).where(case.status == disposition.NEW, case.into.is_(None))
        wanted = connection.scalars(untouched.order_by(case.id.desc()).limit(_ROUTED)).all()
    giving = Giving(Reason("urgent"), approval=False)
    begun, before = time.perf_counter(), time.process_time()
    done = bulk.do(own, bulk.Asked(bulk.ROUTE, unit, giving=giving), wanted)
    took, worked = time.perf_counter() - begun, time.process_time() - before
    assert not any(one.refused for one in done)
    return {"ms": round(took * 1000, 1), "processor": round(worked * 1000, 1)}


def _median(act: Callable[[], object]) -> dict[str, float]:
    """Return the median of how many milliseconds an act takes, and of how many the processor works."""
    took, worked = [], []
    for _ in range(_TIMES):
        begun, before = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - before) * 1000)
    return {"ms": round(statistics.median(took), 1), "processor": round(statistics.median(worked), 1)}


def _memory() -> float:
    """Return the MB that this process has in memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(load(ConsoleSettings, Path(sys.argv[1])))) + "\n")

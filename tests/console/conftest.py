"""The console over the small agency of tests/cases, and browsers that keep their cookie and form token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import PASSPHRASE, Agency, agency_
from tipline.console.app import create_app
from tipline.settings import ConsoleSettings, load

__all__ = ["agency_"]

HOST = "127.0.0.1:8090"
BASE = f"http://{HOST}"
_ID = re.compile(r'\sid="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A browser at the console: *get*, and *post* with the token of the last page that had one."""

    client: FlaskClient
    token: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})
    base: str = BASE

    def get(self, path: str, **headers: str) -> TestResponse:
        sent = self.headers | headers
        return self._kept(self.client.get(path, headers=sent, base_url=self.base, buffered=True))

    def post(
        self, path: str, headers: dict[str, str] | None = None, **fields: str | list[str]
    ) -> TestResponse:
        data = {"csrf_token": self.token, **fields}
        sent = self.headers | (headers or {})
        return self._kept(self.client.post(path, data=data, headers=sent, base_url=self.base, buffered=True))

    def sign_in(self, name: str, passphrase: str = PASSPHRASE) -> TestResponse:
        self.get("/sign-in")
        answer = self.post("/sign-in", name=name, passphrase=passphrase)
        if answer.status_code == 303:
            self.get("/")
        return answer

    def _kept(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            # A part that two merges put on a page twice has its ids twice.
            ids = _ID.findall(answer.text)
            assert len(ids) == len(set(ids)), [one for one in set(ids) if ids.count(one) > 1]
            found = _TOKEN.search(answer.text)
            self.token = found[1] if found else self.token
        return answer


@dataclass
class Desk:
    """An agency with its console's application."""

    agency: Agency
    app: Flask

    def browser(self, name: str | None = None) -> Browser:
        """Open a browser, signed in as *name* if given."""
        browser = Browser(self.app.test_client())
        if name is not None:
            assert browser.sign_in(name).status_code == 303
        return browser


def settings_of(agency: Agency, **changes: object) -> ConsoleSettings:
    """Return the agency's console settings, changed."""
    read = load(ConsoleSettings, agency.made.console)
    return read.model_copy(update={"demo": True, **changes})


@pytest.fixture
def desk(agency_: Agency) -> Desk:
    """A console that says it is a demo, nothing received yet."""
    return Desk(agency_, create_app(settings_of(agency_), agency_.engine))


@pytest.fixture
def data(agency_: Agency) -> Path:
    """The folder of the agency's data."""
    return agency_.made.data

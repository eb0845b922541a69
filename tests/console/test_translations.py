"""A tip that nobody at the desk reads: marked, given to a translator, read as one text, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import agencies
from tests.conftest import PASSPHRASE, Agency
from tests.console.conftest import Desk, settings_of
from tipline import db
from tipline.console.app import create_app
from tipline.keys.officer import CHEAPEST
from tipline.setup.plan import OfficerPlan, Plan

TEXT = "Se ven todas las noches en el muelle siete, con dos furgonetas blancas."
OTHER = "Ayer fueron tres furgonetas y un hombre que no conozco."
MADE = "They meet every night at pier seven."
PEOPLE = (("Alice", "Triage"), ("Alan", "Triage"), ("Bob", "Narcotics"), ("Sami", "Interpreters"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    officers = tuple(OfficerPlan(name, PASSPHRASE, (desk,)) for name, desk in PEOPLE)
    plan = Plan(
        tmp_path / "data", "Agency", officers, ("Narcotics",), profile=CHEAPEST,
        translators=("Interpreters",),
    )  # fmt: skip
    agency = Agency(agencies.create(plan), db.open_engine(tmp_path / "data" / "agency" / "console.db"))
    yield Desk(agency, create_app(settings_of(agency), agency.engine))
    agency.engine.dispose()


def test_a_text_goes_to_a_translator_and_comes_back(desk: Desk):
    """The page was English and the words are not: marked until somebody at the desk says they read it."""
    keys = desk.agency.tip(TEXT, files=(desk.agency.file(b"x", "furgoneta.jpg"),))
    alice = desk.browser("Alice")
    desk.agency.receive(desk.agency.seal(keys, OTHER, kind="follow-up", counter=1))
    assert "unread here" in alice.get("/").text
    page = alice.get("/case/1").text
    assert "Spanish (page: English)" in page
    assert "Nobody at your desk reads Spanish" in page
    form = page.split('action="/case/1/translate"')[1]
    given = {
        name: re.search(rf'name="{name}" value="([0-9a-f]+)"', form)[1] for name in ("paper", "envelope")
    }
    interpreters = desk.agency.desk("Interpreters").hex()
    assert alice.post("/case/1/translate", **given, desk=interpreters).status_code == 303

    sami = desk.browser("Sami")
    assert sami.get("/").location == "/translations"
    listed = sami.get("/translations").text
    assert "T-0001" in listed
    assert TEXT not in listed
    path = f"/translations/{given['paper']}"
    page = sami.get(path).text
    assert TEXT in page
    assert "Uncorroborated" in page
    assert not any(word in page for word in (OTHER, "furgoneta.jpg", "Drugs", "English (", "P3"))
    assert sami.get("/case/1").status_code == 404
    new = re.search(r'name="new" value="([0-9a-f]+)"', page)[1]
    assert "Not sent." in sami.post(path, text=" ", new=new).text
    assert sami.post(path, text=MADE, new=new).status_code == 303

    page = alice.get("/case/1").text
    assert MADE in page
    assert "<bdi>Sami</bdi>, <bdi>Interpreters</bdi>" in page
    assert alice.post("/case/1/translate/back", paper=given["paper"]).status_code == 303
    assert MADE in alice.get("/case/1").text
    assert sami.get(path).status_code == 404

    # A unit that is given the tip itself has the translation with it.
    alice.post("/case/1/route", unit=desk.agency.desk("Narcotics").hex(), reason="exact")
    page = desk.browser("Bob").get("/case/1").text
    assert MADE in page
    assert "Have it translated" not in page

    alan = desk.browser("Alan")
    assert "Spanish" in alan.get("/me").text
    assert alan.client.post(
        "/me/languages", data={"csrf_token": alan.token, "language": ["es", "fr"]}, headers=alan.headers,
        base_url=alan.base,
    ).status_code == 303  # fmt: skip
    assert '<span class="badge">Spanish</span>' in alan.get("/me").text
    assert "Nobody at your desk reads" not in alice.get("/case/1").text
    assert "unread here" not in alice.get("/").text
    assert alan.post("/me/languages", language="xx").status_code == 404

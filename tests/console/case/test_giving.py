from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import insert, select, update

from tests.console.conftest import Browser, Desk
from tests.dissemination.test_document import words_of
from tests.papers.test_report import write as write_report
from tipline import db, tables
from tipline.papers import report

CHOSEN = re.compile(r'name="(item-[a-z]+-[0-9]+)">(.*?)</select>', re.DOTALL)
PAPER = re.compile(r'name="paper" value="([0-9a-f]{32})"')
TO = {"to": "Customs of Ruritania", "purpose": "agency", "words": "They asked for it."}


@pytest.fixture
def alice(desk: Desk) -> Browser:
    desk.agency.tip("my cousin keeps it under the pillow")
    return desk.browser("Alice")


def form(browser: Browser, number: int = 1) -> dict[str, str]:
    """Open the form; return its paper and what it offers for each item."""
    page = browser.get(f"/case/{number}/give-out").text
    chosen = {
        name: re.search(r'value="([a-z-]+)" selected', options)[1] for name, options in CHOSEN.findall(page)
    }
    return {"paper": PAPER.search(page)[1], **chosen}


def give(browser: Browser, **fields: str):
    return browser.post("/case/1/give-out", **(TO | form(browser) | fields))


def given(desk: Desk) -> list:
    with desk.agency.engine.connect() as connection:
        return connection.execute(select(tables.dissemination)).all()


def test_it_is_on_record_before_it_is_handed_out(desk: Desk, alice: Browser):
    """With the hash of what was handed out; to whom is sealed."""
    made = give(alice, kind="whole")
    assert made.mimetype == "application/pdf"
    assert "under the pillow" in words_of(made.data)
    (row,) = given(desk)
    assert row.sha256 == hashlib.sha256(made.data).digest()
    assert made.headers["Content-Disposition"] == 'attachment; filename="T-0001-whole.pdf"'
    record = alice.get("/given-out").text
    assert "Customs of Ruritania" in record
    raw = (desk.agency.made.console.parent / "console.db").read_bytes()
    assert b"Ruritania" not in raw
    assert "gave a document of the case out" in alice.get("/audit").text + alice.get("/case/1").text


def test_a_row_that_nobody_signed_for_is_no_record(desk: Desk, alice: Browser):
    """Of a giving that never was, under an officer's name; or of another purpose than was said."""
    give(alice, kind="whole")
    (row,) = given(desk)
    with db.writing(desk.agency.engine) as connection:
        planted = {**row._mapping, "seq": 99, "paper": bytes(16), "sha256": bytes(32)}
        connection.execute(insert(tables.dissemination).values(planted))
    assert bytes(32).hex() not in alice.post("/given-out").text
    assert row.sha256.hex() in alice.post("/given-out").text
    with db.writing(desk.agency.engine) as connection:
        connection.execute(update(tables.dissemination).values(purpose="court"))
    assert row.sha256.hex() not in alice.post("/given-out").text


def test_what_is_not_recorded_is_not_handed_out(desk: Desk, alice: Browser, monkeypatch: pytest.MonkeyPatch):
    """A planted fault: the audit cannot be written."""
    from tipline.dissemination import log  # noqa: PLC0415 -- patched in this test alone
    from tipline.errors import AuditError  # noqa: PLC0415 -- beside it

    fields = TO | form(alice) | {"kind": "whole"}

    def fail(*_: object) -> None:
        raise AuditError("the disk is full")

    monkeypatch.setattr(log.audit, "append", fail)
    answer = alice.post("/case/1/give-out", **fields)
    assert answer.status_code >= 500
    assert b"pillow" not in answer.data
    assert given(desk) == []


def test_a_pack_withholds_what_the_tipster_sent_unless_somebody_is_sure(desk: Desk, alice: Browser):
    words = words_of(give(alice, kind="pack").data)
    assert "message-1" in words
    assert "pillow" not in words
    refused = give(alice, kind="pack", **{"item-message-1": "shown"})
    assert (refused.status_code, "say that you are sure" in refused.text) == (422, True)
    shown = give(alice, kind="pack", sure="yes", **{"item-message-1": "shown"})
    assert "pillow" in words_of(shown.data)
    assert len(given(desk)) == 2


def test_the_report_alone_is_the_approved_one(desk: Desk, alice: Browser):
    assert give(alice, kind="report").status_code == 422
    work = desk.agency.work("Alice")
    paper_id = write_report(work, "A house is used.")
    assert give(alice, kind="report").status_code == 422
    alan = desk.agency.work("Alan")
    with desk.agency.engine.connect() as connection:
        (version,) = report.versions(connection, alan.member, 1)
    report.approve(alan, 1, paper_id, version.paper.hash)
    words = words_of(give(alice, kind="report").data)
    assert "A house is used." in words
    assert "pillow" not in words


def test_rows_are_marked_and_safe(alice: Browser):
    made = give(alice, kind="data", to="=Customs")
    assert made.mimetype == "text/csv"
    assert "UNCORROBORATED" in made.data.decode("utf-8-sig").splitlines()[0]
    assert "'=Customs" in made.data.decode()


def test_a_form_that_is_sent_twice_is_one_giving(desk: Desk, alice: Browser):
    fields = TO | form(alice) | {"kind": "data"}
    assert alice.post("/case/1/give-out", **fields).status_code == 200
    assert alice.post("/case/1/give-out", **fields).status_code != 200
    assert len(given(desk)) == 1


@pytest.mark.parametrize(
    "wrong", [{"kind": "all"}, {"purpose": "fun"}, {"to": " "}, {"purpose": "other", "words": ""}]
)
def test_what_is_wrong_is_said_and_gives_nothing_out(desk: Desk, alice: Browser, wrong: dict[str, str]):
    answer = give(alice, **({"kind": "whole"} | wrong))
    assert (answer.status_code, "Nothing was given out." in answer.text) == (422, True)
    assert given(desk) == []


def test_the_record_leaves_out_what_its_reader_is_off(desk: Desk, alice: Browser):
    give(alice, kind="data")
    alan = desk.browser("Alan")
    alan.get("/case/1")
    assert alan.post("/case/1/recuse", sure="yes").status_code == 303
    assert "Ruritania" not in alan.get("/given-out").text

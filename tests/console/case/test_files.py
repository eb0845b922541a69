"""A file's pages: nothing is opened unasked, what is marked stays shut, and every way in is tried."""

from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import select, update

from tests.console.conftest import Browser, Desk, settings_of
from tests.preview.corpus import still
from tipline import tables
from tipline.cases import audit
from tipline.console.app import create_app
from tipline.preview import sandbox
from tipline.restricted import marks
from tipline.restricted.marks import Place
from tipline.staff import membership

NAME = "harbour.jpg"
WHY = {"reason": "assess"}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def path(desk: Desk) -> str:
    """The address of the file of the one tip, a picture."""
    desk.agency.tip("look at this", files=(desk.agency.file(still("JPEG"), NAME),))
    (item,) = desk.agency.work("Alice").known.items(1)
    return f"/case/1/file/{item.envelope.hex()}/0"


def entries(desk: Desk) -> list[tuple[str, object]]:
    """Return the audit's actions in order, with how a file was opened."""
    with desk.agency.engine.connect() as connection:
        rows = connection.scalars(select(tables.audit.c.entry).order_by(tables.audit.c.seq))
        every = [audit.parse(row) for row in rows]
    return [(one.action, one.detail.get("how")) for one in every if one.action != "signed-in"]


def give(desk: Desk, name: str = "Alan") -> None:
    officer = desk.agency.made.officers[name]
    membership.set_restricted(desk.agency.work("Alice"), desk.agency.desk(), officer, restricted=True)


def mark(desk: Desk, path: str) -> None:
    marks.mark(desk.agency.work("Alan"), 1, Place(bytes.fromhex(path.split("/")[4]), 0))


def images(page: str) -> list[str]:
    return re.findall(r'<img src="([^"]+)"', page)


def test_a_preview_is_made_when_it_is_asked_for(desk: Desk, path: str):
    """Blurred pictures alone; the sharp one is sent when it is chosen; the audit has it first."""
    alice = desk.browser("Alice")
    assert images(alice.get("/case/1").text) == images(alice.get(path).text) == []
    assert entries(desk) == [("opened", None)]
    assert alice.post(f"{path}/preview").location == path
    assert entries(desk)[1:] == [("file-opened", "preview")]
    page = alice.get(path).text
    assert NAME in page
    assert "a JPEG picture" in page
    assert images(page) == [f"{path}/picture/0/blurred"]
    assert images(alice.get(f"{path}?one=0&grey=yes").text) == [f"{path}/picture/0/sharp"]
    for how in ("blurred", "sharp"):
        answer = alice.get(f"{path}/picture/0/{how}")
        assert (answer.mimetype, answer.data[:8]) == ("image/png", PNG)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_preview_is_one_session_s_and_of_one_file(desk: Desk, path: str):
    """Nobody else's browser has it, and after signing out this one has not either."""
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alice.post(f"{path}/preview")
    assert alan.get(f"{path}/picture/0/blurred").location == path
    assert alice.get(f"{path[:-1]}1/picture/0/blurred").status_code == 303
    assert alice.get(f"{path}/picture/1/blurred").location == path
    alice.post("/sign-out")
    assert alice.get(f"{path}/picture/0/sharp").location == "/sign-in"


def test_the_original_is_saved_behind_its_warning_alone(desk: Desk, path: str):
    """With its SHA-256, computed of what would be saved; a form that skips the warning gets no byte."""
    alice = desk.browser("Alice")
    alice.get(path)
    assert alice.get(f"{path}/save").location == path
    assert alice.post(path).location == path
    assert entries(desk) == []
    assert alice.post(f"{path}/check").location == f"{path}/save"
    page = alice.get(f"{path}/save").text
    assert hashlib.sha256(still("JPEG")).hexdigest() in page
    assert NAME in page
    assert alice.post(path).data == still("JPEG")
    assert entries(desk) == [("file-opened", "check"), ("file-opened", "saved")]


def test_without_a_sandbox_there_are_no_previews(desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch):
    """The page says so, nothing is opened, and the original can still be saved."""
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    alice = desk.browser("Alice")
    assert "no previews on this console: bubblewrap is not installed" in alice.get(path).text
    alice.post(f"{path}/preview")
    assert "bubblewrap is not installed" in alice.get(path).text
    assert entries(desk) == []
    assert alice.post(f"{path}/check").location == f"{path}/save"


def ways(browser: Browser, path: str) -> list[tuple[int, bytes]]:
    """Try every way to a file there is; return what was answered."""
    browser.get(path)
    asks = [browser.post(f"{path}/preview", **WHY), browser.post(f"{path}/check", **WHY)]
    asks += [browser.post(path, **WHY), browser.get(f"{path}/save")]
    asks += [browser.get(f"{path}/picture/0/{how}") for how in ("blurred", "sharp")]
    return [(answer.status_code, answer.data) for answer in asks]


@pytest.mark.parametrize("name", ["Alice", "Alan"])
def test_what_is_marked_is_shown_to_nobody_without_the_right(desk: Desk, path: str, name: str):
    """Nor saved: by no way, with a preview and a check from before, and a lead as little as who marked it."""
    browser = desk.browser(name)
    browser.get(path)
    browser.post(f"{path}/preview")
    browser.post(f"{path}/check")
    desk.browser("Alan")
    alan = browser if name == "Alan" else desk.browser("Alan")
    alan.get(path)
    assert alan.post(f"{path}/mark").status_code == 303
    before = entries(desk)
    for status, data in ways(browser, path):
        assert status == 303
        assert PNG not in data
        assert still("JPEG")[:20] not in data
    assert [one for one in entries(desk) if one not in before] == []
    page = browser.get("/case/1").text
    assert "Possible child-abuse material" in page
    assert f"{path}/preview" not in page
    assert images(browser.get(path).text) == []


def test_a_lead_who_writes_the_right_to_the_database_gets_nothing(desk: Desk, path: str):
    """Without a signature the roster does not hold, and the whole desk is shut."""
    mark(desk, path)
    own = tables.roster.c
    with desk.agency.engine.begin() as connection:
        newest = select(own.version).where(own.desk == desk.agency.desk()).order_by(own.version.desc())
        mine = (own.desk == desk.agency.desk()) & (own.version == connection.scalar(newest))
        statement = connection.execute(select(own.statement).where(mine)).scalar_one()
        forged = statement.replace(b'"lead":true', b'"lead":true,"restricted":true')
        assert forged != statement
        connection.execute(update(tables.roster).where(mine).values(statement=forged))
    alice = desk.browser("Alice")
    assert alice.get("/case/1").status_code == 404
    assert [status for status, _ in ways(alice, path)] == [404] * 6


def test_a_lead_s_stolen_session_gives_no_right(desk: Desk, path: str):
    """Giving it asks for the second factor again."""
    mark(desk, path)
    app = create_app(settings_of(desk.agency, factors="webauthn or totp"), desk.agency.engine)
    view = app.view_functions["desks.set_restricted"]
    assert view.sensitive == "desks.show"
    give_path = f"/desks/{desk.agency.desk().hex()}/restricted/{desk.agency.made.officers['Alice'].hex()}"
    alan = desk.browser("Alan")
    alan.get(path)
    assert alan.post(give_path, restricted="yes").status_code == 403
    assert not desk.agency.work("Alan").member.desks[desk.agency.desk()].restricted


def test_who_has_the_right_sees_it_grey_and_blurred_for_a_reason(desk: Desk, path: str):
    """The page says first what will be shown; the reason is in the audit, and without one nothing is made."""
    mark(desk, path)
    give(desk)
    alan = desk.browser("Alan")
    page = alan.get(path).text
    assert "blurred and in grey" in page
    assert images(page) == []
    alan.post(f"{path}/preview")
    assert "none of the reasons" in alan.get(path).text
    assert alan.post(f"{path}/preview", **WHY).location == path
    page = alan.get(path).text
    assert images(page) == [f"{path}/picture/0/blurred"]
    assert 'class="shots grey"' in page
    alan.post(f"{path}/check", **WHY)
    assert alan.post(path).data == still("JPEG")
    with desk.agency.engine.connect() as connection:
        every = [audit.parse(row) for row in connection.scalars(select(tables.audit.c.entry))]
    opened = [one for one in every if one.action == "file-opened"]
    assert [one.detail["marked-reason"] for one in opened] == ["assess"] * 3


def test_what_is_marked_asks_for_the_factor_again(desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch):
    """Each time it is opened; a file that is not marked asks for nothing."""
    alan = desk.browser("Alan")
    alan.get(path)
    store = desk.app.extensions["tipline.store"]
    monkeypatch.setattr(type(store), "is_fresh", lambda *_: False)
    assert alan.post(f"{path}/preview").location == path
    mark(desk, path)
    assert alan.post(f"{path}/preview", **WHY).location == path
    give(desk)
    for act in ("/preview", "/check", ""):
        assert alan.post(path + act, **WHY).location == "/confirm"


def test_a_mark_is_made_taken_back_and_handed_over_on_the_page(desk: Desk, path: str):
    """All of a case, by its page; the note of the hand-over is read there by the desk."""
    give(desk)
    alan = desk.browser("Alan")
    page = alan.get("/case/1").text
    assert alan.post("/case/1/mark").status_code == 303
    page = alan.get("/case/1").text
    assert "All files of this case are marked" in page
    paper = re.search(r'name="paper" value="([0-9a-f]{32})"[^<]*<label for="referral-to"', page)
    assert paper
    note = {"to": "The national centre", "when": "today", "reference": "NC-77", "text": "by courier"}
    assert alan.post("/case/1/referral", **note | {"reference": ""}, paper=paper[1]).status_code == 303
    assert "say to whom" in alan.get("/case/1").text
    alan.post("/case/1/referral", **note, paper=paper[1])
    assert "Reference: NC-77" in desk.browser("Alice").get("/case/1").text
    alice = desk.browser("Alice")
    alice.get("/case/1")
    alice.post("/case/1/unmark", mark="1", reason="mistake")
    assert "does not let you" in alice.get("/case/1").text
    alan.get("/case/1")
    alan.post("/case/1/unmark", mark="1", reason="assessed")
    page = alan.get("/case/1").text
    assert "The mark is taken back" in page
    assert f"{path}/preview" in page


def test_a_lead_gives_the_right_on_the_page_of_desks(desk: Desk):
    alice = desk.browser("Alice")
    alice.get("/desks")
    where = f"/desks/{desk.agency.desk().hex()}/restricted/{desk.agency.made.officers['Alan'].hex()}"
    assert alice.post(where, restricted="yes").status_code == 303
    assert "No longer opens marked files" in alice.get("/desks").text
    assert alice.post(where, restricted="no").status_code == 303
    assert "No longer opens marked files" not in alice.get("/desks").text

"""The case page, its files, routing and replying, as a browser sees them."""

from __future__ import annotations

import re
import secrets

import pytest
from sqlalchemy import delete, select, text

from tests.console.conftest import Desk
from tipline import tables
from tipline.cases import audit
from tipline.seal import docket, slot
from tipline.seal.suite import HYBRID

WORDS = "They meet at pier 7.\nبعد منتصف الليل"


def break_audit(desk: Desk) -> None:
    with desk.agency.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )


def actions(desk: Desk) -> list[str]:
    with desk.agency.engine.connect() as connection:
        audit.verify(connection, desk.agency.desk())
        return [audit.parse(row.entry).action for row in connection.execute(select(tables.audit))]


def envelope(desk: Desk) -> str:
    with desk.agency.engine.connect() as connection:
        return connection.execute(select(tables.envelope.c.id)).scalars().first().hex()


def test_it_shows_the_words(desk: Desk):
    """As text, in their own language and direction."""
    desk.agency.tip(WORDS, lang="ar", category="arms", danger="yes")
    shown = desk.browser("Alice").get("/case/1").text
    assert f'<div class="text" dir="auto" lang="ar">{WORDS}</div>' in shown
    for word in ("T-0001", "P0 Threat to life", "Illegal weapons", "Arabic", "Danger now", "Uncorroborated"):
        assert word in shown


def test_the_inbox_shows_no_word_of_a_tip(desk: Desk):
    """Looking at the list is not opening."""
    desk.agency.tip("harbour at midnight", files=(desk.agency.file(b"x", "harbour.jpg"),))
    alice = desk.browser("Alice")
    shown = alice.get("/").text
    assert "T-0001" in shown
    assert "1 message, 1 file" in shown
    assert "harbour" not in shown
    assert actions(desk) == ["signed-in"]


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ config }}",
        "http://evil.example/beacon.png",
        "</div></article><form action=http://evil.example>",
    ],
)
def test_a_tip_is_inert(desk: Desk, words: str):
    """In the text, in a file's name and in its type: nothing runs, nothing links."""
    desk.agency.tip(words, files=(desk.agency.file(b"x", words, words),))
    shown = desk.browser("Alice").get("/case/1").text
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "evil.example>" not in shown
    assert 'href="http' not in shown
    said = shown.split('class="text"')[1].split("</article>")[0]
    # The page's own, about the file.
    assert said.count("<a ") == said.count(f'<a href="/case/1/file/{envelope(desk)}/0">') == 1


def test_tricks_are_shown(desk: Desk):
    """An override in the text and in a file's name."""
    desk.agency.tip("abc\u202edef", files=(desk.agency.file(b"x", "night\u202egpj.exe"),))
    shown = desk.browser("Alice").get("/case/1").text
    assert "\u202e" not in shown
    assert shown.count(">U+202E</span>") == 2
    assert "invisible or reordering" in shown


@pytest.mark.parametrize("path", ["/case/1", "file", "reply"])
def test_no_word_leaves_when_the_audit_fails(desk: Desk, path: str):
    """Page, file and preview alike: a refusal that says why."""
    desk.agency.tip(WORDS, files=(desk.agency.file(b"pictured"),))
    alice = desk.browser("Alice")
    alice.get("/case/1")
    break_audit(desk)
    if path == "file":
        answer = alice.post(f"/case/1/file/{envelope(desk)}/0/check")
    elif path == "reply":
        answer = alice.post("/case/1/reply", text="my words", act="preview")
    else:
        answer = alice.get(path)
    assert answer.status_code == 503
    assert WORDS.encode() not in answer.data
    assert b"pictured" not in answer.data


def test_every_view_and_every_file_is_in_the_audit(desk: Desk):
    """In the order they were opened."""
    desk.agency.tip(files=(desk.agency.file(b"x"),))
    alice = desk.browser("Alice")
    alice.get("/case/1")
    alice.post(f"/case/1/file/{envelope(desk)}/0/check")
    alice.post(f"/case/1/file/{envelope(desk)}/0")
    alice.get("/case/1")
    assert actions(desk) == ["signed-in", "opened", "file-opened", "file-opened", "opened"]


def test_a_file_is_a_download_and_nothing_else(desk: Desk):
    """Whatever the tipster said it is."""
    data = secrets.token_bytes(2_500_000)
    desk.agency.tip(files=(desk.agency.file(data, "a\u202e/b.html", "text/html"),))
    alice = desk.browser("Alice")
    alice.post(f"/case/1/file/{envelope(desk)}/0/check")
    answer = alice.post(f"/case/1/file/{envelope(desk)}/0")
    assert answer.data == data
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="T-0001-1-a_b.html"'
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_link_cannot_open_a_file(desk: Desk):
    """Only a form with its token does; a link shows what could be done."""
    desk.agency.tip(files=(desk.agency.file(b"x", "harbour.jpg"),))
    alice, path = desk.browser("Alice"), f"/case/1/file/{envelope(desk)}/0"
    for acts in ("preview", "check"):
        assert alice.get(f"{path}/{acts}").status_code == 405
    for shown in ("", "/save", "/picture/0/sharp"):
        assert "harbour.jpg" not in alice.get(path + shown).text
    assert actions(desk) == ["signed-in"]


def test_missing_parts_are_said(desk: Desk):
    """On the page, without a button, and at the address of the file."""
    what = desk.agency.file(bytes(3 * 2**20))
    desk.agency.tip(files=(what,))
    with desk.agency.engine.begin() as connection:
        connection.execute(delete(tables.parcel).where(tables.parcel.c.id == what.parcels[0]))
    alice = desk.browser("Alice")
    shown = alice.get("/case/1").text
    assert "1 of 3 parts have not arrived" in shown
    assert "/file/" not in shown
    answer = alice.post(f"/case/1/file/{envelope(desk)}/0/check")
    assert answer.status_code == 409
    assert "1 of 3 parts have not arrived" in answer.text


@pytest.mark.parametrize("path", ["/case/1/file/zz/0", f"/case/1/file/{'00' * 32}/0", "/case/1/file//0"])
def test_there_is_no_other_file(desk: Desk, path: str):
    """Nonsense and strangers' hashes."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    assert alice.post(path).status_code == 404


def test_routing(desk: Desk):
    """Chosen from the units, said on the page, and readable by the unit's officer."""
    desk.agency.tip(WORDS)
    alice = desk.browser("Alice")
    shown = alice.get("/case/1").text
    assert ">Narcotics</option>" in shown
    assert ">Triage</option>" not in shown
    answer = alice.post("/case/1/route", unit=desk.agency.desk("Narcotics").hex(), reason="exact")
    assert (answer.status_code, answer.location) == (303, "/case/1")
    shown = alice.get("/case/1").text
    assert "Below stands what each unit has." in shown
    assert "Asked to take it on" in shown
    assert "Passed on to <bdi>Narcotics</bdi>." in shown
    given = "<bdi>Narcotics</bdi>, with the tipster&#39;s own words (The exact words or files are needed)"
    assert f"routed the case: {given}" in shown
    assert "Below stands what" not in alice.get("/case/1").text
    bob = desk.browser("Bob")
    assert "T-0001" in bob.get("/").text
    assert WORDS in bob.get("/case/1").text


@pytest.mark.parametrize("unit", ["", "zz", "00" * 16])
def test_there_is_no_other_unit(desk: Desk, unit: str):
    """Nonsense and unknown ids change nothing."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    assert alice.post("/case/1/route", unit=unit, reason="exact").status_code == 404
    assert desk.agency.count("route") == 0


def test_replying(desk: Desk):
    """Previewed with its length, sent, shown in the conversation, opened by the receipt."""
    keys = desk.agency.tip(WORDS)
    alice = desk.browser("Alice")
    alice.get("/case/1")
    typed = "Thank <you>.\r\nWrite again.\r\n"
    shown = alice.post("/case/1/reply", text=typed, act="preview").text
    assert "Thank &lt;you&gt;.\nWrite again.</div>" in shown
    assert "25 of 14848 bytes" in shown
    assert desk.agency.count("slot") == 0
    assert alice.post("/case/1/reply", text=typed, act="send").status_code == 303
    shown = alice.get("/case/1").text
    assert "Sealed. It will be on the public board within 10 minutes." in shown
    assert "Thank &lt;you&gt;.\nWrite again." in shown
    assert ">Answered<" in shown
    with desk.agency.engine.connect() as connection:
        slots = list(connection.scalars(select(tables.slot.c.bytes)))
    assert [reply.text for reply in slot.find(HYBRID, keys.reply, slots)] == ["Thank <you>.\nWrite again."]


def test_a_second_click_sends_nothing_twice(desk: Desk):
    """Both are answered as sent; the next form is a new reply."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    field = re.compile(r'name="reply" value="([0-9a-f]{32})"')
    form = field.search(alice.get("/case/1").text)[1]
    for _ in range(2):
        assert alice.post("/case/1/reply", text="yes", act="send", reply=form).status_code == 303
    assert desk.agency.count("reply") == 1
    assert field.search(alice.get("/case/1").text)[1] != form
    for wrong in ("zz", "00", form * 2):
        assert alice.post("/case/1/reply", text="yes", act="send", reply=wrong).status_code == 400


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "nothing to send"), ("  \r\n", "nothing to send"), ("ж" * 7425, "longer than one reply")],
)
@pytest.mark.parametrize("act", ["preview", "send"])
def test_what_cannot_be_sent_stays_in_the_form(desk: Desk, typed: str, says: str, act: str):
    """With the reason, and nothing lost of what was typed."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    answer = alice.post("/case/1/reply", text=typed, act=act)
    assert answer.status_code == 422
    assert says in answer.text
    assert typed.strip() in answer.text
    assert desk.agency.count("slot") == 0


def test_the_longest_reply_fits_through_the_form(desk: Desk):
    """Percent-encoded it is nine times as long."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    assert alice.post("/case/1/reply", text="文" * 4949, act="send").status_code == 303


def test_a_body_without_end_is_refused(desk: Desk):
    """Before it is read."""
    alice = desk.browser("Alice")
    assert alice.post("/case/1/reply", text="x" * 300_000, act="send").status_code == 413


def test_doubts_are_said(desk: Desk):
    """Unverified, sent without JavaScript, handed over under another label."""
    keys, forger = desk.agency.receipt(), desk.agency.receipt()
    other = docket.Docket(desk.agency.desk(), "yes", keys.acknowledgement)
    desk.agency.receive(desk.agency.seal(keys, "plain words", via="plain", docket=other))
    alice = desk.browser("Alice")
    desk.agency.receive(desk.agency.seal(forger, "forged", kind="follow-up", counter=1, thread=keys.thread))
    assert "differs" in alice.get("/").text
    shown = alice.get("/case/1").text
    for words in ("Unverified:", "Sent without JavaScript", "under another label"):
        assert words in shown


def test_a_later_message_says_its_danger_and_whose_it_is_not(desk: Desk):
    """What raised the priority is seen on the page, and a stranger's words are not called the tipster's."""
    keys = desk.agency.tip()
    alice = desk.browser("Alice")
    assert "Danger now" not in alice.get("/case/1").text
    desk.agency.receive(
        desk.agency.seal(desk.agency.receipt(), kind="follow-up", counter=1, danger="yes", thread=keys.thread)
    )
    shown = alice.get("/case/1").text
    assert "<strong>Danger now</strong>" in shown
    assert "Somebody wrote" in shown
    assert "The tipster wrote again" not in shown


def test_a_case_that_no_key_opens_is_not_listed(desk: Desk):
    """A row that somebody put into the database is no line, and does not stop the page."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    forged = {"id": 9, "desk": desk.agency.desk(), "status": "new", "priority": 0, "day": 1}
    with desk.agency.engine.begin() as connection:
        connection.execute(tables.case.insert().values(forged))
    answer = alice.get("/")
    assert answer.status_code == 200
    assert "T-0001" in answer.text
    assert "T-0009" not in answer.text
    assert alice.get("/case/9").status_code == 404


def test_arrivals_that_cannot_be_read_are_said(desk: Desk):
    """To triage, with why; a unit's officer is not troubled."""
    desk.agency.receive(desk.agency.seal_bytes(desk.agency.receipt(), b"{}"))
    shown = desk.browser("Alice").get("/").text
    assert "1 arrival cannot be read" in shown
    assert "not a tip that this version can read" in shown
    assert "cannot be read" not in desk.browser("Bob").get("/").text


def test_unread_marks_are_each_officers_own(desk: Desk):
    """What Alice read is unread for Alan."""
    desk.agency.tip()
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    assert 'class="line unread"' in alice.get("/").text
    alice.get("/case/1")
    assert 'class="line unread"' not in alice.get("/").text
    assert 'class="line unread"' in alan.get("/").text


def test_an_error_says_nothing_of_a_tip(desk: Desk, monkeypatch, capsys):
    """What fails inside is a page of ours, and a log without words."""
    from tipline.console.case import page as view  # noqa: PLC0415 -- patched in this test alone

    desk.agency.tip("harbour at midnight")
    alice = desk.browser("Alice")

    def fail(own, number):
        raise ValueError(own.known.items(number), "harbour at midnight")

    monkeypatch.setattr(view.case, "open_", fail)
    answer = alice.get("/case/1")
    assert answer.status_code == 500
    assert "harbour" not in answer.text
    logged = capsys.readouterr().err
    assert "ValueError" in logged
    assert "harbour" not in logged

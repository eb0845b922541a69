"""Notes at a change of shift: who is shown that there is one, who reads it, and what opens it."""

from __future__ import annotations

import re

from sqlalchemy import insert, select, update

from tests.cases import attack
from tests.console.conftest import Desk
from tests.console.test_alerts import said
from tipline import db, tables
from tipline.audit import actions
from tipline.keys.desk import AT_REST
from tipline.staff import handover, handover_box, rekey

WORDS = "The man of T-0007 comes back at six. <b>Look</b> at it."
_NOTE = re.compile(r'href="(/alerts/[0-9a-f]{32}/note/[0-9a-f]{32})"')


def leave(desk: Desk, name: str = "Alice", text: str = WORDS):
    return desk.browser(name).post(f"/alerts/{desk.agency.desk().hex()}/note", text=text)


def test_the_next_shift_is_shown_it_until_they_have_read_it(desk: Desk):
    """Not who wrote it, nor another desk. Reading is in the audit."""
    assert leave(desk).location == "/alerts"
    alan, alice, bob = (desk.browser(name) for name in ("Alan", "Alice", "Bob"))
    assert "A note for your shift" not in alice.get("/").text
    assert "A note for your shift" not in bob.get("/").text
    shown = alan.get("/").text
    assert "A note for your shift" in shown
    assert "comes back at six" not in shown
    (path,) = set(_NOTE.findall(shown))
    assert actions.READ_HANDOVER not in said(desk)
    read = alan.get(path).text
    assert "The man of T-0007 comes back at six. &lt;b&gt;Look" in read
    assert said(desk)[-1] == actions.READ_HANDOVER
    assert "A note for your shift" not in alan.get("/").text
    assert path in alan.get("/alerts").text
    assert bob.get(path).status_code == 404
    assert (
        bob.get(path.replace(desk.agency.desk().hex(), desk.agency.desk("Narcotics").hex())).status_code
        == 404
    )


def test_where_somebody_is_on_call_only_they_are_shown_it(desk: Desk):
    """Alice is; Alan finds it on the page of the alerts."""
    row = {"id": bytes(16), "desk": desk.agency.desk(), "place": 1, "start": 0, "minutes": 24 * 60}
    with db.writing(desk.agency.engine) as connection:
        alice = connection.scalar(select(tables.officer.c.id).where(tables.officer.c.name == "Alice"))
        for day in range(7):
            values = row | {"id": bytes([day]) * 16, "officer": alice, "weekday": day}
            connection.execute(insert(tables.shift).values(values))
    leave(desk, "Alan")
    assert "A note for your shift" in desk.browser("Alice").get("/").text
    leave(desk, "Alice")
    alan = desk.browser("Alan")
    assert "A note for your shift" not in alan.get("/").text
    assert "unread" in alan.get("/alerts").text


def test_what_is_too_long_or_empty_is_shown_again(desk: Desk):
    """With what was typed."""
    for text in ("", " \n", "ü" * 5000):
        answer = leave(desk, text=text)
        assert answer.status_code == 422
        assert text.strip() in answer.text
    assert desk.agency.count("handover") == 0


def test_only_the_desk_s_keys_open_it_and_all_are_of_one_size(desk: Desk):
    """In no row are its words; a unit's officer opens nothing with any key of theirs."""
    leave(desk)
    leave(desk, text="x")
    with desk.agency.engine.connect() as connection:
        rows = connection.execute(select(tables.handover)).all()
    assert len({len(row.sealed) for row in rows}) == 1
    assert not any(b"comes back" in row.sealed for row in rows)
    ids = {("handover", row.id) for row in rows}
    for name, wanted in (("Alan", ids), ("Bob", set())):
        own = desk.agency.work(name)
        opened = attack.opens(desk.agency.engine, own.member.suite, attack.private_keys(own))
        assert {one for one in opened if one[0] == "handover"} == wanted


def test_a_note_is_sealed_anew_with_the_desk_and_holds_its_old_key(desk: Desk):
    """The old key at rest goes when no note is under it any more, and the note is read as before."""
    leave(desk)
    own = desk.agency.work("Alan")
    with db.writing(desk.agency.engine) as connection:
        rekey.ask(connection, desk.agency.desk())
    own.refresh()
    (at,) = own.member.desks.values()
    assert (at.newest, {one for one in at.keys if one <= 0}) == (AT_REST - 1, {AT_REST, AT_REST - 1})
    own.refresh()
    with desk.agency.engine.connect() as connection:
        (row,) = connection.execute(select(tables.handover)).all()
    assert row.key == AT_REST - 1
    assert (handover_box.open_(at, row) or b"").endswith(WORDS.encode())
    own.refresh()
    own.refresh()
    (at,) = own.member.desks.values()
    assert AT_REST not in at.keys
    assert handover.read(own, at.id, row.id) == WORDS


def test_a_note_of_last_month_goes_with_the_next_one(desk: Desk):
    """With who has read it."""
    leave(desk)
    alan = desk.browser("Alan")
    alan.get(_NOTE.findall(alan.get("/").text)[0])
    with db.writing(desk.agency.engine) as connection:
        own = tables.handover
        connection.execute(own.update().values(at=own.c.at - handover.KEPT_SECONDS - 1))
    leave(desk, text="new")
    assert (desk.agency.count("handover"), desk.agency.count("handover_read")) == (1, 0)


def test_a_note_that_was_changed_is_not_shown(desk: Desk):
    """Somebody has another's bytes in its place."""
    leave(desk)
    with db.writing(desk.agency.engine) as connection:
        connection.execute(tables.handover.update().values(id=bytes(16)))
    alan = desk.browser("Alan")
    shown = alan.get(f"/alerts/{desk.agency.desk().hex()}/note/{bytes(16).hex()}")
    assert "no key of the desk opens it" in shown.text


def test_who_writes_to_the_database_leaves_no_note(desk: Desk):
    """Of their own, under an officer's name, nor other words in the place of a note that somebody left."""
    leave(desk)
    own, alan = desk.agency.work("Alan"), desk.browser("Alan")
    at, forged = own.member.desks[desk.agency.desk()], b"Send nobody to the harbour."
    path, wanted = _NOTE.findall(alan.get("/").text)[0], bytes(handover_box.SALT_SIZE) + forged
    with db.writing(desk.agency.engine) as connection:
        row = connection.execute(select(tables.handover)).mappings().one()
        sealed = handover_box.seal(at, row["id"], wanted)
        connection.execute(update(tables.handover).values(sealed=sealed))
        new = bytes(16)
        planted = {**row, "id": new, "sealed": handover_box.seal(at, new, wanted)}
        connection.execute(insert(tables.handover).values(planted))
    for one in (path, f"{path.rpartition('/')[0]}/{new.hex()}"):
        shown = alan.get(one)
        assert shown.status_code == 200
        assert "harbour" not in shown.text
        assert "did not sign" in shown.text

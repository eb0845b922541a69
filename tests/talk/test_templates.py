"""A desk's own templates: its leads', signed for, sealed to the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.errors import AccessError, FormatError
from tipline.staff import rekey
from tipline.talk import template_box, templates
from tipline.talk.templates import Template


def of(own) -> list[Template]:
    with own.engine.connect() as connection:
        return templates.of_desks(connection, own.member)


def written(agency_, **changes: object) -> Template:
    return replace(
        Template(templates.new_id(), agency_.desk(), "pt", "Obrigado", "Recebemos {case}."), **changes
    )


def test_a_lead_keeps_changes_and_removes_one(agency_):
    """Every officer of the desk has it; a unit has none; no word of it is in the file; the audit says who."""
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    one = written(agency_)
    templates.keep(alice, one)
    templates.keep(alice, replace(one, text="Recebemos o caso {case}."))
    (found,) = of(alan)
    assert (found.title, found.text, found.officer) == ("Obrigado", "Recebemos o caso {case}.", "Alice")
    assert of(agency_.work("Bob")) == []
    on_disk = b"".join(path.read_bytes() for path in agency_.made.data.rglob("console.db*"))
    assert b"Recebemos" not in on_disk
    templates.remove(alice, agency_.desk(), one.id)
    assert of(alan) == []
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        entries = [audit.parse(row) for row in connection.scalars(select(tables.audit.c.entry))]
    kept, removed = actions.TEMPLATE_KEPT, actions.TEMPLATE_REMOVED
    assert [entry.action for entry in entries] == [kept, kept, removed]


def test_only_a_lead_of_the_desk_writes(agency_):
    """Alan is none, and Bob leads another desk."""
    for name in ("Alan", "Bob"):
        own = agency_.work(name)
        with pytest.raises(AccessError):
            templates.keep(own, written(agency_))
        with pytest.raises(AccessError):
            templates.remove(own, agency_.desk(), bytes(16))
    assert agency_.count("template") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"text": " "},
        {"title": ""},
        {"title": "x" * 81},
        {"text": "x" * 8193},
        {"lang": "<b>"},
        {"text": "\ud800"},
    ],
)
def test_what_is_no_template_is_refused(agency_, changes: dict[str, str]):
    with pytest.raises(FormatError):
        templates.keep(agency_.work("Alice"), written(agency_, **changes))


def test_who_writes_to_the_database_writes_no_template(agency_):
    """Sealed to the desk's public key, beside a true entry or none, or over a true one."""
    alice, desk = agency_.work("Alice"), agency_.desk()
    one = written(agency_)
    templates.keep(alice, one)
    at_rest = alice.member.desks[desk].at_rest
    for id_ in (one.id, templates.new_id()):
        sealed = at_rest.suite.seal(
            at_rest.public, template_box.info(id_, desk), bytes(32) + b'["en", "a", "b"]'
        )
        with db.writing(agency_.engine) as connection:
            row = {
                "id": id_,
                "desk": desk,
                "seq": 1,
                "key": alice.member.desks[desk].newest,
                "sealed": sealed,
            }
            connection.execute(tables.template.delete().where(tables.template.c.id == id_))
            connection.execute(insert(tables.template).values(row))
    assert of(alice) == []
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.template).values(seq=99))
    assert of(alice) == []


def test_it_is_sealed_anew_with_the_desk_s_key(agency_):
    """And reads as it did: a key at rest cannot go before it is."""
    alice, desk = agency_.work("Alice"), agency_.desk()
    one = written(agency_)
    templates.keep(alice, one)
    with db.writing(agency_.engine) as connection:
        rekey.ask(connection, desk)
    for _ in range(4):
        alice.refresh()
    with agency_.engine.connect() as connection:
        assert connection.scalar(select(tables.template.c.key)) == alice.member.desks[desk].newest == -1
    assert [found.text for found in of(alice)] == [one.text]
    assert 0 not in alice.member.desks[desk].keys

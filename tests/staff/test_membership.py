"""Who is at a desk, changed by its leads; and what a leaver's keys open afterwards, by force."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.cases import attack
from tests.conftest import PASSPHRASE, Agency
from tipline import db, tables
from tipline.cases import case, reply
from tipline.cases.work import Work
from tipline.collector import epochs, holding
from tipline.collector.holding import Holding
from tipline.collector.post_keyring import post_keyring
from tipline.errors import AccessError, StateError
from tipline.keyring import section
from tipline.keys import key_words, officer, rows
from tipline.seal import opening
from tipline.seal.suite import HYBRID
from tipline.setup import agency
from tipline.staff import membership
from tipline.wire.shapes import read_posting


def keys_of(agency_: Agency, name: str) -> bytes:
    """The hash of an officer's keys, as read out."""
    with agency_.engine.connect() as connection:
        return rows.listed(connection, agency_.made.officers[name]).keys


def admit(own: Work, agency_: Agency, name: str, desk: str = "Triage", **how: bool) -> None:
    membership.admit(own, agency_.desk(desk), agency_.made.officers[name], keys_of(agency_, name), **how)


def remove(own: Work, agency_: Agency, name: str, desk: str = "Triage") -> membership.Seen:
    return membership.remove(own, agency_.desk(desk), agency_.made.officers[name])


def test_a_lead_admits_an_officer_who_then_opens_what_the_desk_has(agency_: Agency):
    """Old cases too; the newest arrivals, and what is filed later."""
    agency_.tip("before")
    alice = agency_.work("Alice")
    admit(alice, agency_, "Carol")
    carol = agency_.work("Carol")
    assert [one.message.text for one in case.open_(carol, 1).said] == ["before"]
    agency_.tip("after")
    carol.refresh()
    assert [one.message.text for one in case.open_(carol, 2).said] == ["after"]


@pytest.mark.parametrize("act", ["admit", "remove", "lead"])
@pytest.mark.parametrize("who", ["Alan", "Bob"])
def test_only_a_lead_of_the_desk_changes_it(agency_: Agency, act: str, who: str):
    """Neither a member who is none, nor another desk's lead."""
    own = agency_.work(who)
    acts = {
        "admit": lambda: admit(own, agency_, "Carol"),
        "remove": lambda: remove(own, agency_, "Alice"),
        "lead": lambda: membership.set_lead(own, agency_.desk(), agency_.made.officers["Alan"], lead=True),
    }
    with pytest.raises(AccessError):
        acts[act]()
    assert agency_.work("Alice").member.desks[agency_.desk()].leads


def test_an_administrator_admits_nobody_to_a_desk(agency_: Agency):
    """Alice is the administrator, and leads Triage: to the unit she lets nobody in, herself neither."""
    alice = agency_.work("Alice")
    assert alice.member.administers
    for name in ("Alice", "Carol"):
        with pytest.raises(AccessError):
            admit(alice, agency_, name, "Narcotics")


def test_keys_that_were_swapped_after_the_words_were_compared_are_refused(agency_: Agency):
    """The form carries the hash whose words were shown."""
    compared, own = keys_of(agency_, "Carol"), tables.officer
    with db.writing(agency_.engine) as connection:
        mine = HYBRID.generate().public
        connection.execute(own.update().where(own.c.name == "Carol").values(public=mine))
    with pytest.raises(StateError, match="other keys"):
        membership.admit(agency_.work("Alice"), agency_.desk(), agency_.made.officers["Carol"], compared)
    assert key_words.spoken(mine, bytes(32)) != key_words.spoken(HYBRID.generate().public, bytes(32))


def test_a_desk_keeps_a_lead(agency_: Agency):
    """The last one neither leaves nor stands back; once Alan leads, both are possible."""
    alice, desk = agency_.work("Alice"), agency_.desk()
    with pytest.raises(StateError, match="keeps a lead who"):
        remove(alice, agency_, "Alice")
    with pytest.raises(StateError, match="keeps a lead who"):
        membership.set_lead(alice, desk, agency_.made.officers["Alice"], lead=False)
    membership.set_lead(alice, desk, agency_.made.officers["Alan"], lead=True)
    remove(alice, agency_, "Alice")
    alice.refresh()
    assert desk not in alice.member.desks
    assert agency_.work("Alan").member.desks[desk].leads


@pytest.mark.parametrize("why", ["disabled", "new keys"])
def test_the_lead_who_is_left_can_act(agency_: Agency, why: str):
    """Alan leads and administers too: while he is disabled, or his keys are others, Alice stays."""
    alice, desk, alan = agency_.work("Alice"), agency_.desk(), agency_.made.officers["Alan"]
    membership.set_lead(alice, desk, alan, lead=True)
    membership.admit(alice, rows.ADMINISTRATORS, alan, keys_of(agency_, "Alan"))
    own, other = tables.officer, officer.create(HYBRID, PASSPHRASE, officer.CHEAPEST)[0]
    values = {"disabled": True} if why == "disabled" else {"public": other.public, "verify": other.verify}
    with db.writing(agency_.engine) as connection:
        connection.execute(own.update().where(own.c.id == alan).values(values))
    for act in (
        lambda: remove(alice, agency_, "Alice"),
        lambda: membership.set_lead(alice, desk, alice.member.id, lead=False),
        lambda: membership.remove(alice, rows.ADMINISTRATORS, alice.member.id),
    ):
        with pytest.raises(StateError, match="keeps a lead who can sign in"):
            act()
    remove(alice, agency_, "Alan")


def test_an_officer_with_new_keys_is_a_member_again_when_a_lead_says_so(agency_: Agency):
    """A forgotten passphrase: new keys alone open nothing of the desk."""
    agency_.tip("words")
    alice = agency_.work("Alice")
    made, sealed = officer.create(HYBRID, PASSPHRASE, officer.CHEAPEST)
    own = tables.officer
    with db.writing(agency_.engine) as connection:
        values = {"public": made.public, "verify": made.verify, "sealed": sealed}
        connection.execute(own.update().where(own.c.name == "Alan").values(values))
    assert agency_.work("Alan").member.desks == {}
    admit(alice, agency_, "Alan")
    assert case.open_(agency_.work("Alan"), 1).said


def test_administrators_name_and_remove_each_other(agency_: Agency):
    """Never the last one; and it gives no key of any desk."""
    alice, administration = agency_.work("Alice"), rows.ADMINISTRATORS
    membership.admit(alice, administration, agency_.made.officers["Carol"], keys_of(agency_, "Carol"))
    carol = agency_.work("Carol")
    assert carol.member.administers
    assert set(carol.member.desks) == {agency_.desk("Traffic")}
    membership.remove(carol, administration, agency_.made.officers["Alice"])
    with pytest.raises(AccessError):
        membership.remove(alice, administration, agency_.made.officers["Carol"])
    with pytest.raises(StateError):
        membership.remove(carol, administration, agency_.made.officers["Carol"])


def test_a_leaver_with_all_old_keys_opens_nothing_that_came_after(agency_: Agency):
    """Every sealed thing of the later database, envelopes included, by force; what came before is named."""
    agency_.tip("before")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    case.open_(alan, 1)
    old = attack.private_keys(alan)
    assert attack.opens(agency_.engine, HYBRID, old)
    assert remove(alice, agency_, "Alan") == membership.Seen(1, 1, 0)

    held = holding.read(agency_.made.console)
    epochs.attend(agency_.engine, held)
    agency_.made = _in_epoch(agency_, held)
    agency_.tip("after")
    for _ in range(3):
        alice.refresh()
    reply.send(alice, 2, "answer")
    with agency_.engine.connect() as connection:
        (late,) = connection.execute(select(tables.envelope).where(tables.envelope.c.case == 2)).all()
        key = tables.desk_key.c
        numbers = connection.scalars(select(key.epoch).where(key.desk == agency_.desk(), key.epoch <= 0))
        assert set(numbers) == {-1}
    assert agency_.count("stanza") == 2
    assert agency_.count("reply") == 1
    opened = attack.opens(agency_.engine, HYBRID, old)
    assert not [one for one in opened if one[0] in {"stanza", "reply", "member_key", "paper_key"}]
    assert ("envelope", late.id) not in opened
    assert all(opening.open_stanza(late.bytes, key) is None for key in old)
    assert [one.message.text for one in case.open_(alice, 2).said] == ["after"]
    assert [one.message.text for one in case.open_(alice, 1).said] == ["before"]
    alan.refresh()
    assert alan.member.desks == {}


class _Relay:
    """Keeps what the collector posts."""

    body = b""

    def put_keyring(self, body: bytes) -> None:
        self.body = body


def _in_epoch(agency_: Agency, held: Holding) -> agency.Created:
    """The agency as the collector's next posting has it, in the middle of a week."""
    before, relay = agency_.made.epoch, _Relay()
    post_keyring(relay, agency_.engine, held)
    posted = read_posting(relay.body).section
    assert posted is not None
    what = section.verified(held.root_public, held.revoked, posted).section
    assert what.epoch > before
    assert [tuple(one.keys) for one in what.desks] == [(agency_.public(epoch=what.epoch),)]
    return replace(agency_.made, epoch=what.epoch)

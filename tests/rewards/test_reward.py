"""From a proposal to a payment: who may do what, a code that pays once, and a board that opens nothing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from tests.cases import attack
from tests.cases.test_reply import slots
from tests.conftest import Agency
from tipline import clock, tables
from tipline.cases import audit, case, reply
from tipline.cases.reply import Manner
from tipline.errors import AccessError, StateError
from tipline.rewards import claim, claims, ledger, paying, reward
from tipline.rewards.settings import RewardSettings
from tipline.seal import slot
from tipline.seal.suite import HYBRID

RULES = RewardSettings()
REPLY = "Your code: {claim}"


def granted(agency: Agency, amount: int = 500, number: int = 1):
    """Propose, grant by both members; return (Alice, Rosa, Idris) at work."""
    alice, rosa, idris = (agency.work(name) for name in ("Alice", "Rosa", "Idris"))
    reward.propose(alice, number, agency.desk("Board"))
    assert reward.grant(rosa, number, amount, RULES).state == reward.HALF
    assert reward.grant(idris, number, amount, RULES).state == reward.GRANTED
    return alice, rosa, idris


def send(own, number: int = 1) -> str:
    """Send the code in a reply; return it as made."""
    secret = claims.secret(number, REPLY, RULES)
    assert secret
    assert reply.send(own, number, REPLY, manner=Manner(secret=secret))
    return secret.value


def test_a_reward_is_granted_told_and_paid(granting: Agency):
    """By two of the board; the tipster's receipt alone reads the code; it pays once; the ledger adds up."""
    keys = granting.tip()
    alice, rosa, idris = granted(granting)
    code = send(alice)
    assert [one.text for one in slot.find(HYBRID, keys.reply, slots(granting))] == [f"Your code: {code}"]
    typed = claim.parse(code.lower())
    assert paying.amount(rosa, typed) == 500
    assert paying.pay(idris, typed) == 500
    for act in (paying.amount, paying.pay):
        with pytest.raises(StateError, match="paid already"):
            act(rosa, typed)
    with granting.engine.connect() as connection:
        found = reward.of_boards(connection, rosa.member)
        for desk in ("Triage", "Board"):
            audit.verify(connection, granting.desk(desk))
        said = [audit.parse(row) for row in connection.scalars(select(tables.audit.c.entry))]
    assert ledger.totals(found) == ledger.Totals(500, 500, 0)
    board = [(one.action, one.case) for one in said if one.desk == granting.desk("Board")]
    assert board == [("reward-granted", 1), ("reward-granted", 1), ("reward-paid", None)]


def test_triage_s_own_keys_read_the_code_off_the_board(granting: Agency):
    """With a program of one's own: the desk that answers has the reply key. Who was paid stands nowhere."""
    granting.tip()
    alice, *_ = granted(granting)
    code = send(alice)
    reply_key = reply._reply_key(alice, alice.access(1))
    assert [one.text for one in slot.find(HYBRID, reply_key, slots(granting))] == [f"Your code: {code}"]


def test_no_page_row_or_file_has_the_code(granting: Agency):
    """Nor the desk's copy of the reply: whoever steals the database without a passphrase learns none."""
    granting.tip()
    alice, *_ = granted(granting)
    code = send(alice)
    (answer,) = [one for one in case.open_(alice, 1).conversation if isinstance(one, case.Answer)]
    assert answer.text == "Your code: [claim code]"
    kept = b"".join(path.read_bytes() for path in granting.made.data.rglob("*") if path.is_file())
    plain = code.replace("-", "")
    assert not any(one.encode() in kept for one in (code, code.lower(), plain, plain.lower()))
    found = attack.opens(granting.engine, alice.member.suite, attack.private_keys(alice))
    assert ("reply", answer_id(granting)) in found
    with granting.engine.connect() as connection:
        assert connection.scalar(select(tables.reward.c.claim)) == claim.hash_(code)


def answer_id(agency: Agency) -> bytes:
    with agency.engine.connect() as connection:
        return connection.scalars(select(tables.reply.c.id)).one()


def test_the_board_opens_nothing_of_any_case(granting: Agency):
    """By force: its members' keys against every sealed value; and by every way that an officer has."""
    granting.tip("secret words")
    _, rosa, _ = granted(granting)
    found = attack.opens(granting.engine, rosa.member.suite, attack.private_keys(rosa))
    assert {table for table, _ in found} == {"member_key"}
    rosa.refresh()
    assert rosa.known.items(1) == []
    with pytest.raises(AccessError):
        rosa.access(1)


def test_a_code_pays_once_in_a_race(granting: Agency):
    """Eight counters at the same moment."""
    granting.tip()
    alice, rosa, idris = granted(granting)
    code, paid, start = send(alice), [], threading.Barrier(8)

    def at_a_counter(own) -> None:
        start.wait()
        try:
            paid.append(paying.pay(own, code))
        except StateError:
            paid.append(0)

    counters = [threading.Thread(target=at_a_counter, args=[own]) for own in (rosa, idris) * 4]
    for one in counters:
        one.start()
    for one in counters:
        one.join()
    assert sorted(paid) == [0] * 7 + [500]


OF_MY_OWN = claim.new()
#: What a thief who writes to the database writes there of a reward, and what the payer is told then.
PLANTED = {
    "an amount": ({"amount": 100_000}, "did not sign"),
    "a code": ({"claim": claim.hash_(OF_MY_OWN)}, "no officer of triage"),
    "another case": ({"case": 2}, "did not sign"),
    "another day": ({"until": 0}, "time that is over"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_row_that_was_changed_pays_nothing(granting: Agency, what: str):
    """Of a reward that was granted and sent: its amount, its code, its case."""
    granting.tip()
    granting.tip()
    alice, rosa, _ = granted(granting)
    code = send(alice)
    values, told = PLANTED[what]
    with granting.engine.begin() as connection:
        connection.execute(update(tables.reward).values(values))
    with pytest.raises(StateError, match=told):
        paying.pay(rosa, OF_MY_OWN if "claim" in values else code)


def test_a_code_pays_once_whatever_its_row_says(granting: Agency):
    """That it was not paid yet, or pays for longer than was said."""
    granting.tip()
    alice, rosa, _ = granted(granting)
    code = send(alice)
    paying.pay(rosa, code)
    with granting.engine.begin() as connection:
        connection.execute(update(tables.reward).values(paid=None, payer=None))
    with pytest.raises(StateError, match="paid already"):
        paying.pay(rosa, code)


def test_nothing_is_granted_by_a_row(granting: Agency):
    """Neither the whole, nor the first half so that a colleague's word makes it whole, nor a proposal."""
    granting.tip()
    alice, rosa, idris = (granting.work(name) for name in ("Alice", "Rosa", "Idris"))
    row = {"case": 1, "board": granting.desk("Board"), "proposer": alice.member.id, "proposed": 1}
    with granting.engine.begin() as connection:
        connection.execute(insert(tables.reward).values(row))
    with pytest.raises(StateError):
        reward.grant(rosa, 1, 500, RULES)
    with granting.engine.begin() as connection:
        connection.execute(delete(tables.reward))
    reward.propose(alice, 1, granting.desk("Board"))
    half = {"granter": idris.member.id, "amount": 500}
    with granting.engine.begin() as connection:
        connection.execute(update(tables.reward).values(half))
    assert reward.grant(rosa, 1, 500, RULES).state == reward.HALF
    with granting.engine.begin() as connection:
        connection.execute(update(tables.reward).values(half | {"granted": clock.day_number()}))
        assert [one.state for one in reward.of_boards(connection, rosa.member)] == [reward.UNSIGNED]
        assert ledger.totals(reward.of_boards(connection, rosa.member)) == ledger.Totals(0, 0, 0)
    with pytest.raises(StateError):
        send(alice)


def test_two_members_grant_together(granting: Agency):
    """Not one twice; another amount is a new one; and nothing after it stands."""
    granting.tip()
    alice, rosa, idris = (granting.work(name) for name in ("Alice", "Rosa", "Idris"))
    reward.propose(alice, 1, granting.desk("Board"))
    with pytest.raises(StateError, match="already"):
        reward.propose(alice, 1, granting.desk("Board"))
    reward.grant(rosa, 1, 500, RULES)
    with pytest.raises(StateError, match="another member"):
        reward.grant(rosa, 1, 500, RULES)
    assert reward.grant(idris, 1, 400, RULES).state == reward.HALF
    assert reward.grant(rosa, 1, 400, RULES).state == reward.GRANTED
    for act in (lambda: reward.grant(idris, 1, 400, RULES), lambda: reward.decline(idris, 1)):
        with pytest.raises(StateError):
            act()


def test_who_may_do_what(granting: Agency):
    """Triage proposes and does not grant, the board grants what was proposed, amounts are the agency's."""
    granting.tip()
    alice, bob, rosa = (granting.work(name) for name in ("Alice", "Bob", "Rosa"))
    board = granting.desk("Board")
    for own in (bob, rosa):
        with pytest.raises(AccessError):
            reward.propose(own, 1, board)
    with pytest.raises(AccessError):
        reward.propose(alice, 1, granting.desk("Narcotics"))
    for own in (alice, rosa):
        with pytest.raises(AccessError):
            reward.grant(own, 1, 500, RULES)
    reward.propose(alice, 1, board)
    for amount in (0, RULES.least - 1, RULES.most + 1):
        with pytest.raises(StateError):
            reward.grant(rosa, 1, amount, RULES)
    with pytest.raises(AccessError):
        paying.pay(alice, claim.new())
    reward.decline(rosa, 1)
    reward.propose(alice, 1, board)
    with pytest.raises(StateError):
        send(alice)
    assert granting.count("slot") == granting.count("reply") == 0


def test_a_code_that_was_lost_is_made_anew(granting: Agency):
    """The one before pays nothing from then on; after the last day it is uncollected."""
    granting.tip()
    alice, rosa, _ = granted(granting)
    first, second = send(alice), send(alice)
    with pytest.raises(AccessError):
        paying.pay(rosa, first)
    assert paying.amount(rosa, second) == 500
    over = clock.day_number(clock.today() - timedelta(days=1))
    with granting.engine.begin() as connection:
        connection.execute(update(tables.reward).values(until=over))
    with pytest.raises(StateError, match="time that is over"):
        paying.pay(rosa, second)
    with granting.engine.connect() as connection:
        found = reward.of_boards(connection, rosa.member)
    assert ledger.totals(found) == ledger.Totals(500, 0, 500)
    lines = ledger.to_csv(found, "EUR").splitlines()
    assert lines[0] == "case,state,granted on,granted,claimed,uncollected,currency"
    assert lines[1:] == [
        f"T-0001,uncollected,{clock.today()},500,0,500,EUR",
        "total,,,500,0,500,EUR",
    ]


def test_no_cell_of_the_ledger_is_a_formula():
    """Whatever came to stand in it."""
    assert [ledger._safe(cell) for cell in ("=1+1", "@x", "-5", "+5", "\tx", "T-0001", 500)] == [
        "'=1+1", "'@x", "'-5", "'+5", "'\tx", "T-0001", "500",
    ]  # fmt: skip

"""Ceremonies of WebAuthn as a browser and a key do them, and as a thief would."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factors.authenticator import Key, coded
from tests.factors.conftest import ORIGIN, PARTY, Holder, holder
from tipline import db
from tipline.errors import AccessError
from tipline.factors import security_key
from tipline.factors.security_key import Asked

PARTS = ("id", "rawId", "type", "response", "clientDataJSON", "signature", "authenticatorData")
ELSEWHERE = "https://desk.agency.example.evil.example"


def test_who_has_the_key_is_let_in(alice: Holder):
    """Again and again, each time with a challenge of its own."""
    for _ in range(3):
        asked, options = alice.ask()
        assert alice.check(asked, alice.key.get(options, ORIGIN)).name == "Key"


def test_each_of_several_keys_will_do(alice: Holder):
    """A spare one lies in a drawer."""
    spare = Key()
    alice.enrol(spare, "Spare")
    asked, options = alice.ask()
    assert alice.check(asked, spare.get(options, ORIGIN)).name == "Spare"


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge": coded(bytes(64))},
        {"rpId": "evil.example"},
        {"kind": "webauthn.create"},
        {"flags": 0},
    ],
    ids=["challenge", "site", "kind", "nobody touched it"],
)
def test_a_wrong_answer_of_the_right_key_is_refused(alice: Holder, changes: dict[str, object]):
    """Whatever is not what was asked."""
    asked, options = alice.ask()
    with pytest.raises(AccessError):
        alice.check(asked, alice.key.get(options, ORIGIN, **changes))


@pytest.mark.parametrize("origin", [ELSEWHERE, "http://desk.agency.example", f"{ORIGIN}:8443"])
def test_a_page_that_looks_like_the_console_gets_nothing(alice: Holder, origin: str):
    """The browser says in the answer which page asked; so a copied page is told apart by itself."""
    asked, options = alice.ask()
    with pytest.raises(AccessError):
        alice.check(asked, alice.key.get(options, origin))
    with pytest.raises(AccessError):
        alice.enrol(Key(), "Theirs", origin)


def test_an_answer_serves_once(alice: Holder):
    """Not even with the same challenge: the key's counter has to have grown."""
    asked, options = alice.ask()
    answer = alice.key.get(options, ORIGIN)
    alice.check(asked, answer)
    with pytest.raises(AccessError):
        alice.check(asked, answer)


def test_a_copy_of_a_key_is_found(alice: Holder):
    """Two keys that count each for itself: the one behind is refused."""
    copy = Key(alice.key.private, alice.key.id)
    for _ in range(3):
        asked, options = alice.ask()
        alice.check(asked, alice.key.get(options, ORIGIN))
    asked, options = alice.ask()
    with pytest.raises(AccessError):
        alice.check(asked, copy.get(options, ORIGIN))


def test_a_key_that_does_not_count_is_let_in(engine):
    """Many never do: their counter stays zero."""
    alan = holder(engine, "Alan")
    key = Key(steps=0)
    alan.enrol(key)
    for _ in range(2):
        asked, options = alan.ask()
        alan.check(asked, key.get(options, ORIGIN))


def test_another_officers_key_is_refused(alice: Holder, bob: Holder):
    """Under its own name, and under that of a key of Alice's."""
    asked, options = alice.ask()
    with pytest.raises(AccessError):
        alice.check(asked, bob.key.get(options, ORIGIN))
    posing = Key(bob.key.private, alice.key.id)
    with pytest.raises(AccessError):
        alice.check(asked, posing.get(options, ORIGIN))


def test_the_same_key_is_not_enrolled_twice(alice: Holder):
    """A spare that is the same one is no spare."""
    with pytest.raises(AccessError, match="among yours"):
        alice.enrol(alice.key, "Again")


def test_an_answer_for_enrolling_is_bound_to_its_challenge(alice: Holder):
    """One that was made for another visit adds nothing."""
    options = security_key.ask_to_enrol(security_key.ask_by(PARTY), alice.member, alice.factors())
    answer = Key().create(options, ORIGIN)
    with db.writing(alice.engine) as connection, pytest.raises(AccessError):
        security_key.enrol(connection, alice.member, security_key.ask_by(PARTY), "New", answer)
    assert len(alice.factors().own) == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(rubbish=_JSON, part=st.sampled_from(PARTS))
def test_rubbish_is_refused_and_nothing_else(alice: Holder, rubbish: object, part: str):
    """Whatever a program sends in whichever place: a refusal, never a fault."""
    asked, options = alice.ask()
    answer = json.loads(alice.key.get(options, ORIGIN))
    place = answer if part in answer else answer["response"]
    place[part] = rubbish
    for text in (json.dumps(answer), json.dumps(rubbish)):
        with pytest.raises(AccessError):
            alice.check(Asked(asked.party, asked.challenge), text)

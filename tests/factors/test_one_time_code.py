"""Codes of a telephone: the window, and that each serves once."""

from __future__ import annotations

import sqlite3

import pyotp
import pytest

from tests.factors.conftest import PARTY, Holder, holder
from tipline import clock, db
from tipline.errors import AccessError
from tipline.factors import one_time_code
from tipline.factors.one_time_code import SECONDS

START = 1_800_000_000


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The clock in the test's hand."""
    hand = [START]
    monkeypatch.setattr(clock, "seconds", lambda: hand[0])
    return hand


@pytest.fixture
def alice(engine, now: list[int]) -> tuple[Holder, pyotp.TOTP]:
    """Alice with a telephone, enrolled one minute ago."""
    made, secret = holder(engine, "Alice"), one_time_code.new_secret()
    shown = pyotp.TOTP(secret)
    with db.writing(engine) as connection:
        one_time_code.enrol(connection, made.member, secret, "Telephone", shown.at(START))
    now[0] += 2 * SECONDS
    return made, shown


def accepted(made: Holder, code: str) -> bool:
    with db.writing(made.engine) as connection:
        try:
            return one_time_code.check(connection, made.member, code).name == "Telephone"
        except AccessError:
            return False


@pytest.mark.parametrize(("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephones_clock_may_be_half_a_minute_off(alice, now: list[int], off: int, right: bool):
    """No more: each code that counts is one that a guess may hit."""
    made, shown = alice
    now[0] += 10 * SECONDS
    assert accepted(made, shown.at(now[0] + off * SECONDS)) == right


def test_a_code_serves_once(alice, now: list[int]):
    """Somebody who looked over the shoulder is too late."""
    made, shown = alice
    code = shown.at(now[0])
    assert accepted(made, code)
    assert not accepted(made, code)
    now[0] += SECONDS
    assert not accepted(made, code)
    assert accepted(made, shown.at(now[0]))


def test_an_older_code_is_refused_after_a_newer_one(alice, now: list[int]):
    """Also where it would still be within the window."""
    made, shown = alice
    assert accepted(made, shown.at(now[0]))
    assert not accepted(made, shown.at(now[0] - SECONDS))


def test_the_code_that_enrolled_a_telephone_is_used_up(engine, now: list[int]):
    """It was shown beside the secret."""
    made, secret = holder(engine, "Bob"), one_time_code.new_secret()
    code = pyotp.TOTP(secret).at(now[0])
    with db.writing(engine) as connection:
        one_time_code.enrol(connection, made.member, secret, "Telephone", code)
    assert not accepted(made, code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0" * 6])
def test_what_is_no_code_is_refused(alice, code: str):
    """Of whatever length or script."""
    assert not accepted(alice[0], code)


def test_a_code_may_be_typed_with_a_blank(alice, now: list[int]):
    """As telephones show it."""
    made, shown = alice
    code = shown.at(now[0])
    assert accepted(made, f" {code[:3]} {code[3:]} ")


def test_the_secret_is_not_in_the_database(alice):
    """Neither in base32 nor as bytes: whoever copies the file makes no codes."""
    made, shown = alice
    dump = "\n".join(sqlite3.connect(made.engine.url.database).iterdump()).lower()
    assert shown.secret.lower() not in dump
    assert shown.secret.encode().hex() not in dump
    assert shown.byte_secret().hex() not in dump


def test_another_officers_code_is_refused(alice, engine, now: list[int]):
    """Everybody has a secret of their own."""
    bob, secret = holder(engine, "Bob"), one_time_code.new_secret()
    with db.writing(engine) as connection:
        one_time_code.enrol(connection, bob.member, secret, "Telephone", pyotp.TOTP(secret).at(now[0]))
    now[0] += 2 * SECONDS
    assert not accepted(alice[0], pyotp.TOTP(secret).at(now[0]))


def test_the_address_names_agency_and_officer(alice):
    """So that the telephone can show which is which."""
    made, shown = alice
    address = one_time_code.address(PARTY, made.member, shown.secret)
    assert pyotp.parse_uri(address).issuer == "Test Agency"
    assert pyotp.parse_uri(address).name == made.member.name

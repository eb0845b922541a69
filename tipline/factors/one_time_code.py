"""Codes of six digits that a telephone shows (TOTP, RFC 6238), each accepted once.

Weaker than a security key: a page that looks like the console can ask for one, and use it at once.
"""

from __future__ import annotations

import pyotp
from sqlalchemy import Connection

from tipline import clock
from tipline.errors import AccessError
from tipline.factors import rows
from tipline.factors.party import Party
from tipline.factors.rows import Factor
from tipline.settings import TOTP
from tipline.staff.member import Member

#: Seconds that one code is for, and how many codes before and after the present one a telephone may show.
SECONDS, DRIFT = 30, 1
_DIGITS = 6
_REFUSED = "This code was not accepted. Type the one that is shown now; each works once"


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base32, as it is typed into a telephone."""
    return pyotp.random_base32()


def address(party: Party, member: Member, secret: str) -> str:
    """Return the otpauth address that a telephone reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=member.name, issuer_name=party.name)


def enrol(connection: Connection, member: Member, secret: str, name: str, code: str) -> Factor:
    """Add a *secret*, once the telephone shows a *code* of it, used up by that. Raises AccessError."""
    added = rows.new(TOTP, name, secret.encode(), _step(secret, code, 0))
    rows.add(connection, member, added)
    return added


def check(connection: Connection, member: Member, code: str) -> Factor:
    """Return the officer's factor that shows this *code*, which is used up then. Raises AccessError.

    To be called inside a writing transaction: two requests with one code come one after the other.
    """
    for factor in rows.of(connection, member).of_kind(TOTP):
        try:
            step = _step(factor.key.decode(), code, factor.counter)
        except AccessError:
            continue
        rows.used(connection, factor, step)
        return factor
    raise AccessError(_REFUSED)


def _step(secret: str, code: str, last: int) -> int:
    """Return of which half minute a code is, counted since 1970, if it is near now and after *last*."""
    typed, shown = "".join(code.split()), pyotp.TOTP(secret, digits=_DIGITS, interval=SECONDS)
    now = clock.seconds() // SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > last and pyotp.utils.strings_equal(typed, shown.generate_otp(step)):
            return step
    raise AccessError(_REFUSED)

"""Security keys (WebAuthn): what the browser is asked, and whether its answer is the right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import webauthn
from sqlalchemy import Connection
from webauthn.helpers import exceptions, generate_challenge
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tipline.errors import AccessError
from tipline.factors import rows
from tipline.factors.party import Party
from tipline.factors.rows import Factor, Factors
from tipline.settings import WEBAUTHN
from tipline.staff.member import Member

_REFUSED = "This security key was not accepted. Use one of yours, and try again"
#: The passphrase was typed before: the key is asked for a touch, not for a PIN of its own.
_NO_PIN = UserVerificationRequirement.DISCOURAGED
# How long the browser waits for a touch.
_MILLISECONDS = 120_000
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """Who asks a key, and the *challenge* that its answer has to repeat: 64 random bytes, used once."""

    party: Party
    challenge: bytes


def ask_by(party: Party) -> Asked:
    """Return a fresh challenge."""
    return Asked(party, generate_challenge())


def ask_to_enrol(asked: Asked, member: Member, known: Factors) -> str:
    """Return what navigator.credentials.create() is to be given, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=asked.party.id,
        rp_name=asked.party.name,
        user_id=member.id,
        user_name=member.name,
        challenge=asked.challenge,
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_NO_PIN
        ),
        exclude_credentials=_described(known),
    )
    return webauthn.options_to_json(options)


def enrol(connection: Connection, member: Member, asked: Asked, name: str, answer: str) -> Factor:
    """Add the key that *answer* is of. Raises AccessError when it answers another page or challenge."""
    verified = _checked(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.party.id,
            expected_origin=list(asked.party.origins),
        )
    )
    key = rows.new(
        WEBAUTHN, name, verified.credential_public_key, verified.sign_count, verified.credential_id
    )
    rows.add(connection, member, key)
    return key


def ask(asked: Asked, known: Factors) -> str:
    """Return what navigator.credentials.get() is to be given, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=asked.party.id,
        challenge=asked.challenge,
        timeout=_MILLISECONDS,
        allow_credentials=_described(known),
        user_verification=_NO_PIN,
    )
    return webauthn.options_to_json(options)


def check(connection: Connection, member: Member, asked: Asked, answer: str) -> Factor:
    """Return the officer's key that gave this *answer*, its counter moved on.

    Raises AccessError for another's key, page or challenge, and for a counter that did not grow: there are
    two of that key then.
    """
    key = _named(rows.of(connection, member), answer)
    verified = _checked(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.party.id,
            expected_origin=list(asked.party.origins),
            credential_public_key=key.key,
            credential_current_sign_count=key.counter,
        )
    )
    rows.used(connection, key, verified.new_sign_count)
    return key


def _described(known: Factors) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential) for key in known.of_kind(WEBAUTHN)]


def _named(known: Factors, answer: str) -> Factor:
    given = _checked(lambda: webauthn.helpers.parse_authentication_credential_json(answer))
    for key in known.of_kind(WEBAUTHN):
        if key.credential == given.raw_id:
            return key
    raise AccessError(_REFUSED)


def _checked(look: Callable[[], T]) -> T:
    """Do what may meet anything a stranger's program sends. Raises AccessError for all that is not right."""
    try:
        return look()
    except (exceptions.WebAuthnException, ValueError, TypeError, LookupError, AttributeError):
        raise AccessError(_REFUSED) from None

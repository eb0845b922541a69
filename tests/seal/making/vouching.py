"""An agency of two consoles with its root and signers, and what they sign."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from tests.seal.making.book import seed
from tipline.keyring import certificate, revocation, section
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, agency_id, fingerprint
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID

ROOT_KEY = SigningKey(seed("root", 64))
SIGNERS = {name: SigningKey(seed(f"signer {name}", 64)) for name in ("agency", "oversight")}
DESKS = {name: seed(f"desk id {name}", 16) for name in SIGNERS}


def a_certificate(console: str, **changes: Any) -> Signed:
    says = certificate.Certificate(
        agency=agency_id(ROOT_KEY.public),
        console=console,
        serial=1,
        signer=SIGNERS[console].public,
        desks=frozenset({DESKS[console]}),
        not_before=date(2026, 1, 1),
        not_after=date(2026, 3, 31),
    )
    return ROOT_KEY.sign(certificate.LABEL, replace(says, **changes).encode())


def a_list(
    *revoked: str, key: SigningKey = ROOT_KEY, label: str = revocation.LABEL, **changes: Any
) -> Signed:
    """Return a list of revocations with the signers of these consoles on it."""
    listed = frozenset(fingerprint(SIGNERS[name].public) for name in revoked)
    says = Revocations(agency_id(ROOT_KEY.public), 3, listed)
    return key.sign(label, replace(says, **changes).encode())


def a_section(console: str, signer: str = "", label: str = section.LABEL, **changes: Any) -> Signed:
    says = section.Section(
        console=console,
        serial=5,
        not_before=date(2026, 2, 1),
        not_after=date(2026, 2, 14),
        suite=1,
        epoch=7,
        sorting=HYBRID.private(seed(f"sorting {console}")).public,
        desks=(
            section.Desk(
                DESKS[console], f"Desk of the {console}", (HYBRID.private(seed(f"desk {console}")).public,)
            ),
        ),
        categories=(section.Category(f"{console}-matters", "Сообщение", DESKS[console]),),
        work=0,
    )
    return SIGNERS[signer or console].sign(label, replace(says, **changes).encode())


def resigned(signed: Signed, signer: str, label: str, **changes: Any) -> Signed:
    """Return a payload with other JSON fields, signed again."""
    fields = {**json.loads(signed.payload), **changes}
    return SIGNERS[signer].sign(label, json.dumps(fields, ensure_ascii=False).encode())

"""A root, a signer and a section that the keyring's tests change one thing of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from tipline.ceremony import root
from tipline.keyring import section
from tipline.keyring.revocation import Revocations
from tipline.keyring.section import Category, Desk, Section
from tipline.keyring.signature import Signed, agency_id
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID

TODAY = date(2026, 11, 23)


@dataclass
class Console:
    """One console: its signer, certified for one desk, and its section."""

    root: SigningKey
    name: str = "agency"
    desk: bytes = bytes(range(16))
    code: str = "drugs"
    key: SigningKey = field(default_factory=SigningKey.generate)

    @property
    def section(self) -> Section:
        public = HYBRID.private(bytes(32)).public
        return Section(
            console=self.name,
            serial=5,
            not_before=date(2026, 11, 22),
            not_after=date(2026, 12, 6),
            suite=1,
            epoch=2968,
            sorting=public,
            desks=(Desk(self.desk, "Triage", (public,)),),
            categories=(Category(self.code, "Drugs", self.desk),),
            work=0,
        )

    @property
    def nobody(self) -> Revocations:
        return Revocations(agency_id(self.root.public), 1, frozenset())

    def certificate(self) -> Signed:
        return root.certify(self.root, self.name, self.key.public, [self.desk], TODAY)

    def signed(self, **changes: object) -> tuple[Signed, Signed]:
        what = replace(self.section, **changes)
        return self.certificate(), self.key.sign(section.LABEL, what.encode())


@pytest.fixture(scope="session")
def agency() -> Console:
    return Console(SigningKey.generate())


@pytest.fixture(scope="session")
def oversight(agency: Console) -> Console:
    return Console(agency.root, "oversight", bytes(16), "police-misconduct")

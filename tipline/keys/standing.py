"""How an agency stands with its signer: certificate, revocations, and the section that intake has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from tipline import tables
from tipline.keyring import certificate, revocation
from tipline.keyring.certificate import Certificate
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import fingerprint
from tipline.keys import expiry, signer
from tipline.keys.expiry import Ending, Notice
from tipline.settings import ConsoleSettings

#: In the state, as the collector writes it: the last day of the section that intake has, and serial and day.
UNTIL, POSTED = "section_until", "section_posted"
#: The number of a list of the root on the relay that was made apart from ours; empty when there is none.
APART = "lists_apart"
#: A section is renewed by itself before so few days are left.
_OVERDUE_DAYS = 5
#: It is handed over every day, changed or not. After so many days without, something is wrong at either end.
_SILENT_DAYS = 2
_REVOKED = Notice(
    expiry.OVER,
    -1,
    "The root has revoked this agency's signer",
    "No tip can be sent, and no answer can be given.",
    "You can go on working. Call the administrator: the certificate of a new signer is needed, and the steps "
    "are in keys/README.md, under 'When a signer is stolen'.",
)
_APART = Notice(
    expiry.STEPS[-1],
    0,
    "The public page has another list of the root than this console",
    "Each of both may revoke a signer that the other does not, and pages know only the one.",
    "You can go on working. Call the administrator: the root has to make one list of both, and the steps are "
    "in keys/README.md, under 'Two consoles have one list'.",
)


@dataclass(frozen=True)
class Standing:
    """What an agency's files and rows say; *until* and *posted* are None before the first section was posted.

    *waiting* tells that a new signer's key waits for its certificate, *apart* that the relay serves a list
    that neither follows ours nor is followed by it.
    """

    root: bytes
    certificate: Certificate
    revocations: Revocations
    serial: int | None
    posted: date | None
    until: date | None
    waiting: bool
    apart: bool

    @property
    def is_revoked(self) -> bool:
        """Whether the root has revoked this console's signer."""
        return fingerprint(self.certificate.signer) in self.revocations.revoked


def read(settings: ConsoleSettings, connection: Connection) -> Standing:
    """Read files and rows. Raises AccessError, FormatError or KeyringError that names the file."""
    folder = settings.folder
    root = signer.read_root(folder / "root.pub", bytes.fromhex(settings.root_fingerprint))
    table = tables.state
    rows = connection.execute(select(table).where(table.c.name.in_((UNTIL, POSTED, APART))))
    state = {row.name: row.value for row in rows}
    serial, _, posted = state.get(POSTED, "").partition(" ")
    return Standing(
        root=fingerprint(root),
        certificate=certificate.verified(root, signer.read_certificate(folder / "keys" / "signer.cert")),
        revocations=revocation.verified(root, signer.read_revocations(folder / "revocations")),
        serial=int(serial) if serial else None,
        posted=date.fromisoformat(posted) if posted else None,
        until=date.fromisoformat(state[UNTIL]) if UNTIL in state else None,
        waiting=(folder / "keys" / signer.NEXT).exists(),
        apart=bool(state.get(APART)),
    )


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return the warnings of *today*. Raises as *read* does."""
    standing = read(settings, connection)
    if standing.is_revoked:
        return [_REVOKED]
    apart = [_APART] if standing.apart else []
    return [*apart, *_silence(standing, today), *expiry.notices(_endings(standing), today)]


def _silence(standing: Standing, today: date) -> Iterator[Notice]:
    """Say that nothing was handed over for days, where no end that is near says so already."""
    posted, until = standing.posted, standing.until
    if posted is None or until is None or (today - posted).days < _SILENT_DAYS:
        return
    if (until - today).days > _OVERDUE_DAYS:
        yield Notice(
            expiry.STEPS[-1],
            0,
            f"The public page has had no word from here since {expiry.in_words(posted)}",
            "It may have no keys to send a tip with, and shows no new answer.",
            "You can go on working. Call the administrator: is the collector running, and what does its log "
            "say of the relay?",
        )


def _endings(standing: Standing) -> Iterator[Ending]:
    last = standing.certificate.not_after
    yield Ending(
        "The certificate of this agency's signer",
        last,
        "Without it the public page tells people not to send.",
        "You can go on working. Call the administrator, who needs whoever keeps the root key: the steps "
        "are in keys/README.md, under 'Every 90 days'.",
    )
    # A section that ends with its certificate cannot be renewed: that is said above.
    if standing.until is not None and standing.until < last:
        yield Ending(
            "The keyring on the public page",
            standing.until,
            "Without a new one the public page tells people not to send.",
            "You can go on working. The collector renews it by itself every week, and has not. Call the "
            "administrator: is the collector running, and what does its log say?",
            ahead=_OVERDUE_DAYS,
        )

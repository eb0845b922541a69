"""How the plain pages reach the relay: over loopback, through the same door as everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPException

from tipline import clock
from tipline.board import board
from tipline.board.board import BoardSection
from tipline.errors import RelayError
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.seal import acknowledgement, receipt, rewrap, slot
from tipline.seal.slot import Reply
from tipline.seal.suite import Suite
from tipline.settings import IntakeSettings
from tipline.tip import Tip, address, seal
from tipline.wire.paths import NO_WORK, PUT_ENVELOPE, WORK_HEADER

_SECONDS = 20


@dataclass(frozen=True)
class Answers:
    """What the board has for one receipt: *replies*, *collected* days, and the newest *day* of the board."""

    replies: list[Reply]
    collected: list[date]
    day: date | None


class Relay:
    """Intake's onion listener, as the plain pages use it. Every method raises RelayError when it fails."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._host, _, port = settings.onion.rpartition(":")
        self._port = int(port)
        self._suite = settings.suite
        self._fingerprint = bytes.fromhex(settings.root_fingerprint)
        self._floors = settings.serial_floors, settings.revocations_floor

    def keyring(self) -> Keyring:
        """Return the keyring, verified. Raises KeyringError too."""
        return keyring.verified(self._ask("GET", "/keyring"), self._fingerprint, *self._floors, self._suite)

    def send(self, tip: Tip, keys: Keyring) -> str:
        """Seal *tip* and send it; return the receipt.

        Raises FormatError "too long" and KeyringError "dates" too.
        """
        keys.check_dates(tip.category, clock.today())
        draft = address(keys, tip)
        envelope = seal(draft, lambda _parcel: None)
        name = rewrap.envelope_id(envelope).hex()
        self._ask("PUT", f"{PUT_ENVELOPE}{name}", envelope)
        return receipt.format_(draft.entropy)

    def answers(self, entropy: bytes) -> Answers:
        """Look for what a receipt is owed. Raises KeyringError too."""
        keys = self.keyring()
        own = receipt.keys(keys.suite, entropy, keys.agency)
        sections = board.verified(self._ask("GET", "/board"), keys.root_public, keys.revocations)
        replies = [reply for section in sections for reply in slot.find(keys.suite, own.reply, section.slots)]
        replies.sort(key=lambda reply: reply.day)
        days = {day for section in sections for day in _collected(keys.suite, own.acknowledgement, section)}
        newest = max((section.head.day for section in sections), default=None)
        return Answers(replies, sorted(days), newest)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection = HTTPConnection(self._host.strip("[]"), self._port, timeout=_SECONDS)
        try:
            connection.request(method, path, body, {WORK_HEADER: NO_WORK})
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, HTTPException):
            raise RelayError("the relay did not answer") from None
        finally:
            connection.close()
        if answer.status not in (200, 204):
            raise RelayError(f"the relay answered {answer.status}")
        return data


def _collected(suite: Suite, key: bytes, section: BoardSection) -> list[date]:
    days = [section.head.day - timedelta(days=back) for back in range(acknowledgement.DAYS + 2)]
    tokens = {day: acknowledgement.token(suite, key, clock.day_number(day)) for day in days}
    return [day for day in days if tokens[day] in section.tokens]

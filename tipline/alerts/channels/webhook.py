"""Alerts as JSON by POST, for a program of the agency's: signed, and as long as every other."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from tipline import clock
from tipline.alerts import wording
from tipline.alerts.channels.channel import Reach, secret
from tipline.alerts.channels.web import Web
from tipline.alerts.settings import WebhookSettings
from tipline.alerts.wording import Text

#: HMAC-SHA256 over the body as sent, in hex. The body has the time of sending, so an old one is known.
SIGNATURE = "Tipline-Signature"


class Webhook:
    """One address; *number* tells several apart."""

    has_own = True

    def __init__(self, settings: WebhookSettings, folder: Path, number: int) -> None:
        self.name = f"webhook {number}"
        self._settings, self._folder = settings, folder
        self._web = Web(folder, settings.authority, settings.proxy)

    def reaches(self, _: Reach) -> bool:
        """No officer has an address of this kind."""
        return False

    def send(self, text: Text, _: Sequence[Reach], *, own: bool = True) -> str:
        """Post what is told. Raises AlertError."""
        if not own:
            return ""
        body = encode(text, clock.seconds(), secrets.token_hex(8))
        key = secret(self._folder, self._settings.secret_file).encode()
        signature = hmac.new(key, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE: f"sha256={signature}"}
        self._web.ask("POST", self._settings.url, body, headers)
        return ""

    def check(self) -> None:
        """Post that there is nothing: a program that gets no more of these knows that no alert would come."""
        self.send(wording.check(), ())


def encode(text: Text, at: int, id_: str) -> bytes:
    """Return the body, the same number of bytes for everything that is told."""
    fields = {"v": 1, "id": id_, "at": at, "kind": text.kind, "urgent": int(text.urgent), "text": text.padded}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

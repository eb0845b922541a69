"""Alerts to telephones by an ntfy server, the agency's own or another's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tipline.alerts.channels.channel import Reach, left_out, secret
from tipline.alerts.channels.web import Web
from tipline.alerts.settings import NtfySettings
from tipline.alerts.wording import Text
from tipline.errors import AlertError

#: As ntfy counts: the one that breaks through a telephone's silence, and the usual one.
_URGENT, _USUAL = "5", "3"


class Ntfy:
    """The server, the agency's topic and its officers' own."""

    name = "ntfy"

    def __init__(self, settings: NtfySettings, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self.has_own = bool(settings.topic)
        self._server = settings.server.rstrip("/")
        self._web = Web(folder, settings.authority, settings.proxy)

    def reaches(self, one: Reach) -> bool:
        """Tell whether an officer has a topic."""
        return bool(one.ntfy)

    def send(self, text: Text, people: Sequence[Reach], *, own: bool = True) -> str:
        """Publish to each topic. Returns how many were refused; raises AlertError when all were."""
        topics = sorted({self._settings.topic if own else "", *(one.ntfy for one in people)} - {""})
        headers = self._headers() | {"X-Priority": _URGENT if text.urgent else _USUAL}
        failed = [error for topic in topics if (error := self._publish(topic, text, headers))]
        if failed and len(failed) == len(topics):
            raise failed[0]
        return left_out(len(failed), len(topics))

    def check(self) -> None:
        """Ask the server whether it is well, and whether the agency may publish. Raises AlertError."""
        self._web.ask("GET", f"{self._server}/v1/health")
        if self._settings.topic:
            self._web.ask("GET", f"{self._server}/{self._settings.topic}/auth", headers=self._headers())

    def _publish(self, topic: str, text: Text, headers: dict[str, str]) -> AlertError | None:
        try:
            self._web.ask("POST", f"{self._server}/{topic}", text.padded.encode(), headers)
        except AlertError as error:
            return error
        return None

    def _headers(self) -> dict[str, str]:
        token = self._settings.token_file
        return {"Authorization": f"Bearer {secret(self._folder, token)}"} if token else {}

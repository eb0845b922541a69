"""What webhook and ntfy have in common: a request over checked TLS, of whose answer the status counts."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from tipline.alerts.channels.channel import TIMEOUT
from tipline.errors import AlertError


class Web:
    """Requests to one server, by the *authority* and *proxy* that the settings name, if any."""

    def __init__(self, folder: Path, authority: Path | None, proxy: str | None) -> None:
        self._authority = folder / authority if authority else None
        self._proxy = proxy

    def ask(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Send a request. Raises AlertError, which quotes neither address nor answer, unless it succeeds."""
        try:
            # This machine itself is spoken to without TLS, and reading all authorities takes a while.
            trust = ssl.create_default_context(cafile=self._authority) if url.startswith("https") else False
            with (
                httpx.Client(verify=trust, proxy=self._proxy, timeout=TIMEOUT, trust_env=False) as client,
                client.stream(method, url, content=body, headers=dict(headers or {})) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, OSError) as error:
            raise AlertError(f"the server cannot be used: {type(error).__name__}") from None
        if not answer.is_success:
            raise AlertError(f"the server answered {status}")

"""Reading a request: what may arrive at all is decided from its head, before a byte of its body is kept.

Headers that an application does not need are dropped here, so that it cannot keep or log what it never saw.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser


@dataclass(frozen=True)
class Refusal:
    """An answer other than the asked one: HTTP *status*, and a *line* that never differs for a cause."""

    status: int
    line: str


#: (method, path, declared length or None) -> None, or why this request is not even read.
Admit = Callable[[str, str, int | None], Refusal | None]

_LINES = {
    400: "This request cannot be read.",
    408: "The request took too long to arrive, and nothing of it was kept.",
    411: "The request must declare its length.",
    413: "The body is longer than anything accepted here.",
    431: "The headers are too long.",
    500: "Something failed here, and nothing was changed.",
    501: "This transfer encoding is not accepted.",
}


def standard(status: int) -> Refusal:
    """Return the refusal with *status* that is everybody's."""
    return Refusal(status, _LINES.get(status, _LINES[400]))


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """waitress's parser, with the head judged as soon as it is there."""

    path = ""
    error: Any
    headers: dict[str, str]

    def __init__(self, adj: Adjustments, admit: Admit | None, kept: Container[str] | None) -> None:
        super().__init__(adj)
        self._admit = admit
        self._kept = kept

    def received(self, data: bytes) -> int:
        """Take *data*; an error of waitress's own is rephrased, since its text may quote the request."""
        consumed: int = super().received(data)
        if self.error is not None:
            self.expect_continue = False
            if not isinstance(self.error, Refusal):
                self.error = standard(self.error.code)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head, then drop what is not needed and refuse what is not wanted."""
        super().parse_header(header_plus)
        # urlsplit keeps the last 128 addresses, in order of arrival.
        urllib.parse.urlsplit.cache_clear()  # type: ignore[attr-defined]
        del self.first_line
        refusal = self._refusal()
        if self._kept is not None:
            self.headers = {name: value for name, value in self.headers.items() if name in self._kept}
        if refusal is not None:
            self.error = refusal
            self.completed = True

    def _refusal(self) -> Refusal | None:
        if self.chunked:
            return standard(411)
        if self._admit is None:
            return None
        length = self.content_length if "CONTENT_LENGTH" in self.headers else None
        return self._admit(self.command, self.path, length)


def failed(adj: Adjustments, code: int) -> Parser:
    """Return a request that only serves to answer *code*."""
    request = Parser(adj, None, None)
    request.error = standard(code)
    request.completed = True
    return request

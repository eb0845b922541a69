"""Requests that bring a file: it stays in memory, whatever its size, and only one page takes a large one."""

from __future__ import annotations

import io
from typing import IO

from flask import Request

from tipline.imports.lines import FILE_MAX

#: The address of the one page that takes a file, and how long its form may be.
LARGE, LARGE_MAX = "/import", FILE_MAX + 256 * 1024


class MemoryRequest(Request):
    """A request that never writes to a temporary file: others would, from half a megabyte on."""

    @property
    def max_content_length(self) -> int | None:
        """How long the body may be."""
        return LARGE_MAX if self.path == LARGE else super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        # Flask's own way to change it for one request.
        Request.max_content_length.fset(self, value)  # type: ignore[attr-defined]

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Return where a file's bytes go: memory."""
        del total_content_length, content_type, filename, content_length
        return io.BytesIO()

"""A log without request data: which exception, in which line of ours or a library's, and nothing it says.

The message of an exception can quote a path, a header or a body; so can a library's own message. Neither is
written. What remains tells where to look.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback


class Wordless(logging.Formatter):
    """Formats a record as level, logger, place, and the frames of its exception: file, line, function."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of *record*, its message and arguments left out."""
        lines = [f"{record.levelname} {record.name} {record.filename}:{record.lineno}"]
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        while error is not None:
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            lines += [
                f"    {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


class _ToStandardError(logging.Handler):
    """Writes to whatever standard error is now; where there is none, nothing is written anywhere else."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")


def silence(*names: str) -> None:
    """Let the loggers *names* write errors only, wordless, to standard error."""
    for name in names:
        logger = logging.getLogger(name)
        handler = _ToStandardError()
        handler.setFormatter(Wordless())
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.ERROR)
    # Otherwise a log that cannot be written would be written with all that it says.
    logging.raiseExceptions = False

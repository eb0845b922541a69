"""What an officer asks of a file before they save it: pictures of it, or its SHA-256. Each opens it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tipline.cases import file
from tipline.cases.work import Work
from tipline.errors import PreviewError
from tipline.papers.reason import Reason
from tipline.preview import answer
from tipline.preview.answer import Preview
from tipline.preview.service import Previews
from tipline.restricted.marks import Place


@dataclass(frozen=True, repr=False)
class Shown:
    """A *preview* of a file of case *number*, for one session's memory; *why*: of one that is marked."""

    number: int
    at: Place
    name: str
    type: str
    size: int
    preview: Preview
    why: Reason | None


@dataclass(frozen=True, repr=False)
class Checked:
    """A file whose *sha256* (hex) was computed, which may then be saved; as *Shown*."""

    number: int
    at: Place
    name: str
    size: int
    sha256: str
    why: Reason | None


def make(previews: Previews, own: Work, number: int, at: Place, why: Reason | None = None) -> Shown:
    """Have pictures of a file made in the sandbox, once the audit has that it was opened.

    Raises PreviewError when there can be none, and all that cases/file.py raises.
    """
    if trouble := previews.trouble():
        raise PreviewError(trouble)
    opened = file.open_(own, number, at, file.PREVIEW, why)
    answered = previews.run(opened.pieces, opened.size)
    return Shown(number, at, opened.name, opened.type, opened.size, answer.read(answered), why)


def check(own: Work, number: int, at: Place, why: Reason | None = None) -> Checked:
    """Compute a file's SHA-256, once the audit has that it was opened. Raises what cases/file.py raises."""
    return checked(file.open_(own, number, at, file.CHECK, why), number, at, why)


def checked(opened: file.Opened, number: int, at: Place, why: Reason | None = None) -> Checked:
    """Compute the SHA-256 of a file that was opened for it."""
    whole = hashlib.sha256()
    for piece in opened.pieces:
        whole.update(piece)
    return Checked(number, at, opened.name, opened.size, whole.hexdigest(), why)

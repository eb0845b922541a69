"""A case as a list of items, in the order of what happened: what documents and packs are made of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tipline import clock
from tipline.cases.case import Answer, Case, Said
from tipline.papers.paper_box import NOTE, QUESTION, REASON, REPORT
from tipline.papers.report import Version
from tipline.seal.message import File

MESSAGE, ANSWER, FILE = "message", "answer", "file"
_CLOSED = "This cannot be opened, or nothing says who wrote it."
_PAPERS = {NOTE: "Note", QUESTION: "A unit's question", REASON: "Words to a reason"}


@dataclass(frozen=True)
class Item:
    """One thing in a case: *code* names it within the case ("note-2"), *when* is a day or a moment in words.

    *kind* is MESSAGE, ANSWER, FILE, or that of a paper; *by* is an officer, or empty for the tipster.
    """

    code: str
    kind: str
    title: str
    when: str
    by: str
    text: str


def of_case(
    case: Case, versions: list[Version], parts: Iterable[tuple[Case, list[Version]]] = ()
) -> list[Item]:
    """Return everything of an opened case that its officer can read: words alone, of files their names.

    Then that of its *parts*, each under its own number.
    """
    found = list(_of_one(case, versions))
    for part, its in parts:
        found += [replace(one, title=f"{one.title} (T-{part.number:04d})") for one in _of_one(part, its)]
    counts: dict[str, int] = {}
    numbered = []
    for one in found:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        numbered.append(replace(one, code=f"{one.kind}-{counts[one.kind]}"))
    return numbered


def _of_one(case: Case, versions: list[Version]) -> Iterator[Item]:
    yield from _conversation(case)
    yield from _reports(versions)
    yield from _papers(case)


def approved(versions: list[Version]) -> Version | None:
    """Return the newest version of the report that a second officer approved, if there is one."""
    return next((one for one in versions if one.approval and one.paper.text), None)


def code_of(version: Version, versions: list[Version]) -> str:
    """Return the code of a version of the report among the items of its case."""
    return f"{REPORT}-{len(versions) - versions.index(version)}"


def _conversation(case: Case) -> Iterator[Item]:
    for part in case.conversation:
        if isinstance(part, Said):
            yield from _said(part)
        else:
            yield _answer(part)


def _said(part: Said) -> Iterator[Item]:
    title = "Tip" if part.message.kind == "tip" else "The tipster wrote again"
    title = title if part.verified else "Somebody wrote: unverified"
    when = clock.in_words(part.item.day)
    yield Item("", MESSAGE, title, when, "", part.message.text)
    for file in part.message.files:
        yield Item("", FILE, "File that came with it", when, "", _file(file))


def _file(file: File) -> str:
    return f"{file.name} ({file.type}, {file.size} bytes)"


def _answer(part: Answer) -> Item:
    return Item("", ANSWER, "Reply", _moment(part.at), part.officer, part.text or _CLOSED)


def _reports(versions: list[Version]) -> Iterator[Item]:
    for one in reversed(versions):
        title = f"Report, version {one.paper.label.version}{', approved' if one.approval else ''}"
        text = one.paper.text or _CLOSED
        yield Item("", REPORT, title, _moment(one.paper.at), one.paper.officer_name, text)


def _papers(case: Case) -> Iterator[Item]:
    for one in case.papers:
        if one.label.kind in _PAPERS and one.text is not None:
            yield Item(
                "", one.label.kind, _PAPERS[one.label.kind], _moment(one.at), one.officer_name, one.text
            )


def _moment(at: int) -> str:
    day, second = divmod(at, 86_400)
    return f"{clock.in_words(day)}, {second // 3600:02d}:{second // 60 % 60:02d} UTC"

"""Lines of an old system's file as cases, or what is wrong with each. Pure: nothing is filed here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tipline import clock
from tipline.cases import disposition
from tipline.closing import disposition as closing
from tipline.errors import FormatError
from tipline.imports.lines import Line
from tipline.imports.mapping import Mapping as Meaning
from tipline.papers import paper_box
from tipline.seal import message, padding
from tipline.seal.message import LANG, Message

NUMBER_MAX = 64
#: How a message says where it was sealed: by an import, out of an old system's file.
VIA = "import"
_EARLIEST = 0


@dataclass(frozen=True, repr=False)
class Old:
    """A case of the old system: *line* in the file, its *number* there, and what it becomes here.

    *code* is its disposition, "" for one that is open; *note* is kept as a note beside the tip.
    """

    line: int
    number: str
    text: str
    day: int
    category: str
    lang: str
    priority: int
    code: str
    note: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with a *line*."""

    line: int
    wrong: str


@dataclass(frozen=True, repr=False)
class Checked:
    """What a file holds: cases, faults in the order of the lines, and how many are here already."""

    cases: tuple[Old, ...]
    faults: tuple[Fault, ...]
    here: int


def check(
    lines: Iterable[Line], means: Meaning, categories: Container[str], known: Container[str]
) -> Checked:
    """Return what *lines* hold. *categories* are the agency's codes, *known* old numbers that are here."""
    cases: list[Old] = []
    faults: list[Fault] = []
    numbers: dict[str, int] = {}
    here = 0
    for line in lines:
        try:
            one = _case(line, means, categories)
        except FormatError as error:
            faults.append(Fault(line.number, str(error).removeprefix(f"{error.failure}: ")))
            continue
        if one.number in numbers:
            faults.append(Fault(one.line, f"line {numbers[one.number]} has the same number"))
        elif one.number in known:
            here += 1
        else:
            cases.append(one)
        numbers.setdefault(one.number, one.line)
    return Checked(tuple(cases), tuple(faults), here)


def _case(line: Line, means: Meaning, categories: Container[str]) -> Old:
    if line.wrong:
        raise FormatError("line", line.wrong)
    at = {field: line.cells.get(name.strip().casefold(), "") for field, name in means.columns}
    one = Old(
        line=line.number,
        number=_number(at["number"].strip()),
        text=at["text"].replace("\r\n", "\n").replace("\r", "\n").strip(),
        day=_day(at["date"].strip(), means.date),
        category=_word(at["category"], means.categories, means.category, "category"),
        lang=at["language"].strip() or means.language,
        priority=_priority(at["priority"].strip(), means),
        code=_word(at["disposition"], means.dispositions, "", "disposition"),
        note=at["note"].replace("\r\n", "\n").strip(),
    )
    _fits(one, categories)
    return one


def _number(given: str) -> str:
    if not given or len(given) > NUMBER_MAX or not given.isprintable():
        raise FormatError("number", f"its number is missing, over {NUMBER_MAX} characters or no text")
    return given


def _day(given: str, form: str) -> int:
    """Return a date as a day since 1970-01-01: no hour of it is taken over."""
    try:
        # The form is the mapping's; a hour or a zone in it is read and let go of.
        day = datetime.strptime(given, form).date()  # noqa: DTZ007 -- a day has no zone
        number = clock.day_number(day)
    except ValueError:
        raise FormatError("date", f"its date is not written as {form}") from None
    if not _EARLIEST <= number <= clock.day_number():
        raise FormatError("date", "its date is before 1970 or still to come")
    return number


def _word(given: str, words: Mapping[str, str], empty: str, what: str) -> str:
    """Return the code for one of the old system's words: its own, where the mapping has none for it."""
    plain = given.strip().casefold()
    if not plain:
        return empty
    codes = {word.strip().casefold(): code for word, code in words.items()}
    code = codes.get(plain, plain)
    if what == "disposition" and (code not in closing.CODES or code == closing.DUPLICATE):
        raise FormatError(what, "its disposition is none of the mapping and no code of ours")
    return code


def _priority(given: str, means: Meaning) -> int:
    if not given:
        return means.priority
    words = {word.strip().casefold(): number for word, number in means.priorities.items()}
    codes = words | {f"{sign}{number}": number for number in disposition.PRIORITIES for sign in ("", "p")}
    if given.casefold() not in codes:
        raise FormatError("priority", "its priority is none of the mapping and not P0 to P4")
    return codes[given.casefold()]


def _fits(one: Old, categories: Container[str]) -> None:
    """Raise FormatError for what no tip can hold, so that filing fails at no line."""
    if one.category not in categories:
        raise FormatError("category", "its category is none of the mapping and no code of the agency's")
    if not LANG.fullmatch(one.lang):
        raise FormatError("language", "its language is no code such as en or pt-BR")
    if not one.text:
        raise FormatError("text", "it has no text")
    try:
        padding.pad(message.encode(message_of(one, bytes(16), (bytes(32), bytes(16)))))
        size = len(noted(one).encode())
    except (FormatError, UnicodeEncodeError):
        raise FormatError("text", "its text is longer than a tip can be, or no text") from None
    if size > paper_box.TEXT_MAX:
        raise FormatError("note", f"its note is over {paper_box.TEXT_MAX} bytes")


def message_of(one: Old, desk: bytes, drawn: tuple[bytes, bytes]) -> Message:
    """Return a case as a message, under an acknowledgement key and a thread *drawn* for it alone."""
    return Message(
        kind="tip", via=VIA, lang=one.lang, category=one.category, danger="no", desk=desk,
        acknowledgement=drawn[0], thread=drawn[1], counter=0, text=one.text,
    )  # fmt: skip


def noted(one: Old) -> str:
    """Return the note that keeps the old number, by which the case is found."""
    return f"{NOTED}{one.number}\n\n{one.note}".strip()


#: How such a note begins.
NOTED = "Taken over from an old system. Number there: "

"""Documents of a case: PDF and CSV, marked on every page or row as what they are. In memory alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from tipline import spreadsheet
from tipline.dissemination.disclosure import GROUNDS, Pack
from tipline.dissemination.items import Item
from tipline.typeset import typeset

UNCORROBORATED = "UNCORROBORATED. A tip is what somebody said; nobody has confirmed it."
_TEMPLATE = ("tipline.dissemination", "case.typ")


@dataclass(frozen=True)
class Front:
    """What stands on a document: whose it is, about which case, for whom, under which marks.

    *marks* are grading, handling and TLP, as (name, what it says); *facts* likewise.
    """

    agency: str
    number: str
    title: str
    to: str
    purpose: str
    by: str
    at: str
    marks: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...] = ()


def pdf(
    front: Front, items: Sequence[Item], visible: Callable[[str], str], pack: Pack | None = None
) -> bytes:
    """Return a case, or a *pack* of it, as PDF. *visible* makes a stranger's text inert.

    Raises SettingsError for letters that no font of this machine has.
    """
    shown = items if pack is None else pack.shown
    withheld = [] if pack is None else [_withheld(item, ground) for item, ground in pack.withheld]
    fields = {
        **asdict(front),
        "uncorroborated": UNCORROBORATED,
        "items": [{**asdict(item), "text": visible(item.text)} for item in shown],
        "withheld": withheld,
        "is_pack": pack is not None,
    }
    return typeset(_TEMPLATE, "document", fields, of_machine=True)


def csv(front: Front, items: Iterable[Item], visible: Callable[[str], str]) -> bytes:
    """Return a case as CSV in UTF-8, with the mark that spreadsheets know it by; a row for every item."""
    rows: list[Sequence[object]] = [
        [f"{front.agency}: case {front.number}", UNCORROBORATED],
        ["given to", front.to, front.purpose, front.by, front.at],
        *front.marks,
        *front.facts,
        [],
        ["item", "kind", "title", "when", "by", "text"],
    ]
    rows += [
        [one.code, one.kind, one.title, one.when, one.by or "tipster", visible(one.text)] for one in items
    ]
    return b"\xef\xbb\xbf" + spreadsheet.to_csv(rows).encode()


def _withheld(item: Item, ground: str) -> dict[str, str]:
    """Of what is withheld its place, day and ground: not a word of it, nor of a file's name."""
    return {"code": item.code, "title": item.title, "when": item.when, "ground": GROUNDS[ground]}

"""What a text names that another may name too: telephones, plates, accounts, wallets, vehicles, ships.

Each is written in one way, so that two texts meet however they put it. Nothing is kept: the caller seals it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tipline.links import checked, folding, plates, reached
from tipline.links.checked import Found

PHONE, PLATE, IBAN, WALLET = "phone", "plate", "iban", "wallet"
EMAIL, HANDLE, VIN, VESSEL = "email", "handle", "vin", "vessel"
KINDS = (PHONE, PLATE, IBAN, WALLET, EMAIL, HANDLE, VIN, VESSEL)
#: A text that names more is a list of somebody's, and linking by it helps nobody.
MOST = 60


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing named: its *kind*, the one way of writing its *value*, and as the text *shown* it.

    *shown* is the text's words with hidden signs left out and figures of any script as plain ones.
    """

    kind: str
    value: str
    shown: str


def find(text: str, region: str = "") -> tuple[Entity, ...]:
    """Return what *text* names, each once, in the order of kinds that can be told most surely.

    *region* is the country, by two capitals, of telephone numbers that are written without theirs; "" takes
    only those with it. Never raises; at most MOST are returned, in time that grows with the text alone.
    """
    text = folding.fold(text)
    found: dict[tuple[str, str], Entity] = {}
    for kind, finder in _FINDERS:
        text = _take(text, found, kind, finder(text))
    _take(text, found, PHONE, reached.phones(text, region))
    return tuple(found.values())[:MOST]


_FINDERS = (
    (WALLET, checked.wallets),
    (EMAIL, reached.emails),
    (HANDLE, reached.handles),
    (IBAN, checked.ibans),
    (VIN, checked.vins),
    (VESSEL, checked.vessels),
    (PLATE, plates.plates),
)


def _take(text: str, found: dict[tuple[str, str], Entity], kind: str, places: Iterable[Found]) -> str:
    """Note what stands at *places*; return the text with those blotted out: one thing is of one kind."""
    left, at = [], 0
    for start, end, value in sorted(places):
        if start < at:
            continue  # within what was noted just before
        found.setdefault((kind, value), Entity(kind, value, text[start:end]))
        left += [text[at:start], "\n" * (end - start)]
        at = end
    return "".join(left) + text[at:]

"""Printing: the holders' booklets of shares. In memory alone: no word of a share is in any other file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno

from tipline import typeset as typesetting
from tipline.ceremony import shares
from tipline.ceremony.ceremony import SplitKey
from tipline.errors import SettingsError
from tipline.keyring.signature import fingerprint

_ROOT_PURPOSE = (
    "It vouches for the keys that people seal their tips to. It is needed every 90 days, and when a signer "
    "or a desk is added. Whoever has {k} shares can publish keys in this agency's name."
)
_DESK_PURPOSE = (
    "It gives the desk its keys back when its officers are gone, and opens the agency's backups. Whoever has "
    "{k} shares can read what was sealed to this desk and not destroyed."
)
_STEPS = """\
Check your name, and that every word can be read.
Put the sheet into an envelope, seal it, sign across the flap. Keep it where only you can get at it, with no \
other share of this key.
Never photograph or copy it. Type or scan it only where you were called to in person, for a ceremony or a \
recovery.
Lost, seen or copied? Tell the agency on the same day. When you leave, hand it over in person.
""".splitlines()


@dataclass(frozen=True)
class Occasion:
    """What stands on every sheet of a ceremony. *fonts* are folders with further fonts."""

    agency: str
    root_public: bytes
    day: date
    k: int
    fonts: tuple[Path, ...] = ()


def booklet(occasion: Occasion, holder: str, index: int, split: Sequence[SplitKey]) -> bytes:
    """Return the PDF for the *holder* who gets share *index* (from 0) of every key that was *split*.

    The same bytes for the same shares and day. Raises SettingsError for a name that cannot be printed.
    """
    return typeset(
        "sheets.typ",
        "booklet",
        {
            "agency": occasion.agency,
            "holder": holder,
            "date": occasion.day.isoformat(),
            "root": groups(fingerprint(occasion.root_public)),
            "steps": _STEPS,
            "sheets": [_sheet(key, index, occasion.k) for key in split],
        },
        occasion.fonts,
    )


def typeset(template: str, name: str, fields: Mapping[str, object], fonts: Sequence[Path] = ()) -> bytes:
    """Return the PDF that a *template* of this folder makes of *fields* (tipline/typeset.py).

    Fonts are those inside typst and those in the folders *fonts*, so that a machine's own change nothing.
    Raises SettingsError for a text with letters that none of them has.
    """
    try:
        return typesetting.typeset(("tipline.ceremony", template), name, fields, fonts)
    except SettingsError as error:
        raise SettingsError(f"{error}: add a folder of fonts for it with --fonts") from None


def code(text: str) -> str:
    """Return the QR code of a *text* as SVG. Capitals and digits make it small."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="svg", border=2, xmldecl=False)
    return made.getvalue().decode()


def groups(print_: bytes) -> str:
    """Return a fingerprint in groups of four digits, which a line can break between."""
    text = print_.hex()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _sheet(key: SplitKey, index: int, k: int) -> dict[str, object]:
    share = key.shares[index]
    return {
        "title": "The agency's root" if key.desk is None else f"Desk: {key.name}",
        "purpose": (_ROOT_PURPOSE if key.desk is None else _DESK_PURPOSE).format(k=k),
        "index": index + 1,
        "n": len(key.shares),
        "k": k,
        "set": shares.set_of(share),
        "fingerprint": groups(fingerprint(key.public)[:8]),
        "words": share.split(),
        "code": code(share.upper()),
    }

"""Printing: a PDF from a template beside the module that has the words. In memory alone, through no file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import typst

from tipline.errors import SettingsError

#: Inside typst: for Latin, Greek and Cyrillic letters.
_FONT = "Libertinus Serif"
# Forbids letters that no font has: they would be printed as boxes.
_STANDARD: typst.PDFStandard = "a-2u"


def typeset(
    template: tuple[str, str],
    name: str,
    fields: Mapping[str, object],
    fonts: Sequence[Path] = (),
    *,
    of_machine: bool = False,
) -> bytes:
    """Return the PDF that a *template* (package, file) makes of *fields*, which it has as sys.inputs.*name*.

    Fonts are those inside typst and those in the folders *fonts*; with *of_machine* the machine's own too,
    and what is printed depends on them. Raises SettingsError for a text with letters that none of them has.
    """
    known = typst.Fonts(include_system_fonts=of_machine, font_paths=list(fonts))
    families = [_FONT, *(family for family in known.families() if "Mono" not in family and family != _FONT)]
    try:
        pdf = typst.compile(
            resources.files(template[0]).joinpath(template[1]).read_bytes(),
            font_paths=known,
            sys_inputs={name: json.dumps({**fields, "fonts": families})},
            pdf_standards=_STANDARD,
        )
    except typst.TypstError as error:
        raise SettingsError(f"this cannot be printed ({error.message})") from None
    if not isinstance(pdf, bytes):
        raise TypeError(type(pdf).__name__)
    return pdf

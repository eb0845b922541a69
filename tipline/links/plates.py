"""Number plates: a few countries' forms that nothing else looks like, and what follows a word for a plate.

No library knows all countries' plates. A plate with neither is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tipline.links.checked import Found

_GAP = r"[ .·-]?"
_CYRILLIC = "АВЕКМНОРСТУХ"
#: Letters of Cyrillic plates are those with a Latin twin, and are written as either.
_LATIN = str.maketrans(_CYRILLIC, "ABEKMHOPCTYX")
_FORMS = (
    r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?[1-9][0-9]{0,3}[EH]?",  # Germany
    r"[A-Z]{2}[0-9]{2} ?[A-Z]{3}",  # United Kingdom
    rf"[A-Z]{{2}}{_GAP}[0-9]{{3}}{_GAP}[A-Z]{{2}}",  # France, Italy
    r"[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}",  # Spain
    r"[0-9]{1,2}-[A-Z]{2,3}-[0-9]{1,2}|[A-Z]{1,2}-[0-9]{3}-[A-Z]{1,2}",  # Netherlands, Portugal
    rf"[{_CYRILLIC}] ?[0-9]{{3}} ?[{_CYRILLIC}]{{2}} ?[0-9]{{2,3}}",  # Russia
    rf"[{_CYRILLIC}A-Z]{{2}} ?[0-9]{{4}} ?[{_CYRILLIC}A-Z]{{2}}",  # Ukraine
    rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]{_GAP}[A-Z0-9]{{5,6}}",  # China
)
# Chinese has no spaces: what ends a plate there is a letter that is none of a plate's.
_OWN = re.compile(rf"(?:(?<![\w-])|(?=[^\x00-\u04ff]))(?:{'|'.join(_FORMS)})(?![0-9A-Za-z\u0370-\u04ff-])")
_WORDS = (
    "(?:number|licen[cs]e|registration|reg)[ -]?plates?|plates?(?: (?:number|no|nr))?"
    "|registration(?: (?:number|no))?|reg"
    "|kfz-?kennzeichen|kennzeichen|nummernschild|kenteken|nummerplade|nummerplåt|rekisterikilpi"
    "|plaque(?: d'immatriculation)?|immatriculation|matr[ií]cula|placas?|targa|tablica|rejestracja"
    "|госномер|номера?|номерной знак|plaka|车牌号?码?|車牌號?碼?|ナンバー|차량번호"
    "|رقم اللوحة|اللوحة|لوحة|پلاک"
)
# Up to four groups; _end tells the sentence that goes on from the plate.
_NAMED = re.compile(
    rf"(?<!\w)(?:{_WORDS})(?: (?:is|was|ist|war|est|es|era|è))?[ :#.=\"'„“-]{{0,4}}"
    r"([^\W_]{1,8}(?:[ .·-]{1,2}[^\W_]{1,6}){0,3})",
    re.IGNORECASE,
)
_LETTERS_MOST = 9
# "hh xy 99" in small letters: words only look like one when the figures come right after few letters.
_SMALL = re.compile(r"[^\W\d_]{1,3}[ .·-]{0,2}[^\W\d_]{0,2}[ .·-]{0,2}[0-9]{1,4}(?!\w)")


def plates(text: str) -> Iterator[Found]:
    """Find number plates, in capitals without spaces, Cyrillic letters as their Latin twins."""
    for found in _OWN.finditer(text):
        yield *found.span(), _plain(found[0])
    for found in _NAMED.finditer(text):
        end = _end(found[1])
        if end:
            yield found.start(1), found.start(1) + end, _plain(found[1][:end])


def _plain(shown: str) -> str:
    return re.sub(r"[ .·-]", "", shown).upper().translate(_LATIN)


def _end(shown: str) -> int:
    """Return where the plate ends that *shown* begins with: 0 where the words after it are no plate.

    A group is part of it while it holds figures or is a few capitals; a plate has a figure.
    """
    end, plate = 0, ""
    for group in re.finditer(r"[^\W_]+", shown):
        part = group[0]
        is_plates = any(letter.isdigit() for letter in part) or (part.isupper() and len(part) <= 3)
        if not is_plates or len(plate) + len(part) > _LETTERS_MOST:
            break
        plate, end = plate + part, group.end()
    if len(plate) >= 4 and any(letter.isdigit() for letter in plate):
        return end
    small = _SMALL.match(shown)
    return small.end() if small else 0

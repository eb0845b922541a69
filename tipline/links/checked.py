"""Numbers with a check of their own: bank accounts, wallets, vehicles, vessels. What fails it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from stdnum import bitcoin, iban, imo, numdb
from stdnum.exceptions import ValidationError
from vininfo import Vin
from vininfo.exceptions import VininfoException

from tipline.links import segwit

#: Where something stands in a text, and the one way of writing it.
Found = tuple[int, int, str]

_BASE58 = re.compile(r"(?<![0-9A-Za-z])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![0-9A-Za-z])")
_BECH32 = re.compile(r"(?<![0-9A-Za-z])(?:bc1[0-9a-z]{8,87}|BC1[0-9A-Z]{8,87})(?![0-9A-Za-z])")
_ETHER = re.compile(r"(?<![0-9A-Za-z])0[xX]([0-9a-fA-F]{40})(?![0-9A-Za-z])")
# Country and check digits; the rest is read off by the country's own length.
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?=[ -]?[0-9A-Za-z])")
_IBAN_LONGEST = 34
_VIN = re.compile(r"(?<![0-9A-Za-z])[A-HJ-NPR-Za-hj-npr-z0-9]{13}[0-9]{4}(?![0-9A-Za-z])")
_NUMBER_WORD = r"[ :.#-]{0,3}(?:(?:number|no|nr|num|nummer)\b[ :.#-]{0,3})?"
_IMO = re.compile(rf"\bIMO{_NUMBER_WORD}([0-9]{{7}})(?![0-9])", re.IGNORECASE)
_MMSI = re.compile(rf"\bMMSI{_NUMBER_WORD}([0-9]{{9}})(?![0-9])", re.IGNORECASE)
#: Where makers must give a check digit: North America, by 49 CFR 565, and China, by GB 16735.
_VIN_CHECKED = "12345L"
#: A ship's MMSI begins with the region of its flag (ITU-R M.585).
_MMSI_SHIP = "234567"


def wallets(text: str) -> Iterator[Found]:
    """Find Bitcoin addresses, as written or in small letters by kind, and Ethereum's in small letters.

    The capitals in an Ethereum address are a check that many programs do not write, so it is not asked for.
    """
    for found in _ETHER.finditer(text):
        yield *found.span(), f"0x{found[1].lower()}"
    for found in _BECH32.finditer(text):
        if segwit.is_address(found[0]):
            yield *found.span(), found[0].lower()
    for found in _BASE58.finditer(text):
        if bitcoin.is_valid(found[0]):
            yield *found.span(), found[0]


def ibans(text: str) -> Iterator[Found]:
    """Find bank accounts, with or without spaces; written without them, in capitals."""
    for found in _IBAN.finditer(text):
        length = _iban_length(found[0][:2].upper())
        end = length and _end_of(text, found.start(), length)
        if end:
            number = re.sub(r"[ -]", "", text[found.start() : end]).upper()
            if iban.is_valid(number):
                yield found.start(), end, number


@cache
def _iban_length(country: str) -> int:
    """Return how long a country's numbers are; 0 for one that has none."""
    facts = numdb.get("iban").info(country + "00")[0][1]
    parts = re.findall(r"([0-9]+)!", facts.get("bban", ""))
    return 4 + sum(map(int, parts)) if parts else 0


def _end_of(text: str, start: int, length: int) -> int:
    """Return where *length* letters and digits from *start* end, single spaces apart; 0 for less."""
    left, at, gap = length, start, False
    while left and at < len(text):
        letter = text[at]
        if letter.isascii() and letter.isalnum():
            left, gap = left - 1, False
        elif letter in " -" and not gap:
            gap = True
        else:
            return 0
        at += 1
    runs_on = at < len(text) and text[at].isascii() and text[at].isalnum()
    return 0 if left or runs_on else at


def vins(text: str) -> Iterator[Found]:
    """Find vehicle identification numbers; the check digit counts where makers must give one."""
    for found in _VIN.finditer(text):
        number = found[0].upper()
        if any(letter.isalpha() for letter in number[:11]) and _is_vin(number):
            yield *found.span(), number


def _is_vin(number: str) -> bool:
    try:
        vin = Vin(number)
    except (VininfoException, LookupError, ValueError):
        return False
    if number[0] in _VIN_CHECKED:
        return bool(vin.verify_checksum(check_year=False))
    return vin.country is not None


def vessels(text: str) -> Iterator[Found]:
    """Find ships by IMO number and MMSI, which are only taken for one where the text says which."""
    for found in _IMO.finditer(text):
        if _is_imo(found[1]):
            yield *found.span(), f"IMO{found[1]}"
    for found in _MMSI.finditer(text):
        if found[1][0] in _MMSI_SHIP:
            yield *found.span(), f"MMSI{found[1]}"


def _is_imo(number: str) -> bool:
    try:
        return bool(imo.validate(number))
    except ValidationError:
        return False

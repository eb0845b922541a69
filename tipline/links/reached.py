"""How people are reached: telephone numbers, e-mail addresses, names on networks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from tipline.links.checked import Found

# The parts are looked for around each "@", so that a page of letters without one is walked over once.
_LOCAL_MAX, _DOMAIN_MAX = 64, 253
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}$")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_AT_NAME = re.compile(r"(?<![\w@./])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,30}[A-Za-z0-9_])?)(?![\w@])")
_NETWORKS = (
    r"t\.me|telegram\.me|instagram\.com|twitter\.com|x\.com|tiktok\.com|facebook\.com|fb\.com|vk\.com"
    r"|snapchat\.com/add|youtube\.com|threads\.net|github\.com|linkedin\.com/in|reddit\.com/u(?:ser)?"
)
_AT_NETWORK = re.compile(
    rf"(?<![\w@.-])(?:https?://)?(?:www\.|m\.)?(?:{_NETWORKS})/@?([A-Za-z0-9_](?:[\w.-]{{0,62}}[A-Za-z0-9_])?)",
    re.IGNORECASE,
)
#: What stands after a network's address and is nobody's name.
_NO_NAME = re.compile(
    "about|explore|hashtag|home|i|intent|joinchat|login|p|pages|reel|search|share|status|tv|watch"
)
# Seven to fifteen digits, as people group them; a sentence's end is no part of it.
_PHONE = re.compile(r"(?<![\w+])(?<![0-9][.,/:-])(?:\+ ?|\()?[0-9](?:[ ().\-/]{0,3}[0-9]){6,16}(?![0-9])")
_GROUP = re.compile(r"[0-9]+")
_YEAR = "(?:19|20)[0-9]{2}"
_DATE = re.compile(rf"{_YEAR}([./ -])[0-9]{{1,2}}\1[0-9]{{1,2}}|[0-9]{{1,2}}([./ -])[0-9]{{1,2}}\2{_YEAR}")
_SHORTEST = 7
#: To look at a number takes a twentieth of a millisecond: no text makes a session look at more.
_LOOKS_MOST = 150


def emails(text: str) -> Iterator[Found]:
    """Find e-mail addresses, in small letters."""
    for at in re.finditer("@", text):
        local = _LOCAL.search(text, max(0, at.start() - _LOCAL_MAX), at.start())
        domain = _DOMAIN.match(text, at.end(), at.end() + _DOMAIN_MAX)
        # A match that begins where the window does could be the end of something longer.
        if local and domain:
            start = local.start() + len(local[0]) - len(local[0].lstrip(".'*"))
            yield start, domain.end(), text[start : domain.end()].lower()


def handles(text: str) -> Iterator[Found]:
    """Find names on networks, in small letters, without the network: @name and t.me/name are one."""
    for found in _AT_NETWORK.finditer(text):
        if not _NO_NAME.fullmatch(found[1].lower()):
            yield *found.span(), found[1].lower()
    for found in _AT_NAME.finditer(text):
        yield *found.span(), found[1].lower()


def phones(text: str, region: str) -> Iterator[Found]:
    """Find telephone numbers, as +49...; those without their country are of *region* ("" knows none)."""
    looks, at = 0, 0
    while looks < _LOOKS_MOST and (found := _PHONE.search(text, at)):
        # Two numbers with a space between look like one: it is cut shorter, group by group, until it is one.
        for end in _ends(found):
            looks += 1
            number = _number(text[found.start() : end], region)
            if number:
                yield found.start(), end, number
                at = end
                break
        else:
            at = _first_group_end(found)


def _first_group_end(found: re.Match[str]) -> int:
    group = _GROUP.search(found[0])
    return found.start() + (group.end() if group else 1)


def _ends(found: re.Match[str]) -> Iterator[int]:
    """Return where a number could end, the longest first."""
    groups = list(_GROUP.finditer(found[0]))
    digits = sum(len(group[0]) for group in groups)
    for group in reversed(groups):
        if digits < _SHORTEST:
            return
        yield found.start() + group.end()
        digits -= len(group[0])


def _number(shown: str, region: str) -> str | None:
    if _DATE.fullmatch(shown):
        return None
    abroad = shown.startswith("+")
    if not abroad and not _is_national(shown, region):
        return None
    try:
        number = phonenumbers.parse(shown, region or None)
    except NumberParseException:
        return None
    # With its country's number it is one whatever block it is from; without, any long number could be.
    right = phonenumbers.is_possible_number if abroad else phonenumbers.is_valid_number
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if right(number) else None


def _is_national(shown: str, region: str) -> bool:
    """Tell whether a number can be one of *region*: where all begin with 0, a date or an amount does not."""
    known = PhoneMetadata.metadata_for_region(region) if region else None
    if known is None:
        return False
    return known.national_prefix != "0" or shown.lstrip("(").startswith("0")

"""What a template leaves open: {case}, {agency} and so on, put in from what is known. Never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tipline import clock
from tipline.errors import FormatError
from tipline.talk import starters
from tipline.talk.settings import TalkSettings

#: What each is, for officers. Only what a tipster may know anyway.
VARIABLES: Mapping[str, str] = {
    "case": "the case's number, as T-0042",
    "agency": "the agency's name",
    "come_back": "the day to come back on, in the template's language",
    "emergency": "the number to call in an emergency",
    "claim": "the code that a reward is paid against: put in when you send, and shown on no page",
}
CLAIM = "claim"
_VARIABLE = re.compile(r"\{([^{}\n]{0,40})\}")
_EMPTY: Mapping[str, str] = {
    "emergency": "the agency's settings name no emergency number",
    CLAIM: "no reward is granted for this case, or it was paid",
}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put *values* into *text*. Raises FormatError("variable") that names one that is unknown or empty."""
    return _VARIABLE.sub(lambda found: _value(found[1], values), text)


def check(text: str) -> None:
    """Raise FormatError("variable") for a template with one that there is not."""
    fill(text, dict.fromkeys(VARIABLES, "known"))


def named(text: str) -> frozenset[str]:
    """Return the names of all variables in *text*, unknown ones too."""
    return frozenset(_VARIABLE.findall(text))


def known(number: str, agency: str, lang: str, settings: TalkSettings) -> dict[str, str]:
    """Return what the variables say for a case with this speakable *number*, in a language.

    The claim code stands for itself: it is made when the reply is sent.
    """
    day = clock.from_day_number(clock.day_number() + settings.come_back_days)
    return {
        "case": number,
        "agency": agency,
        "come_back": starters.date(day, lang),
        "emergency": settings.emergency,
        CLAIM: "",
    }


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise FormatError("variable", f"there is no variable {{{name}}}")
    if not values[name]:
        raise FormatError("variable", f"{{{name}}} is empty: {_EMPTY.get(name, 'nothing is known for it')}")
    return values[name]

"""PURE: the schemes in which a tip is graded, with plain words for every code.

A scheme grades the source (who said it), the information (what was said) and, but for the Admiralty code, how
it may be handled. Sharing is marked by the Traffic Light Protocol 2.0 whatever the scheme.

Where nobody has graded a tip, its source is one that nobody knows yet, which is what anonymous means. It is
never the value that says "not reliable". Handling and sharing begin at the narrowest that lets the agency
work: nothing is more open than somebody decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scheme:
    """A scheme: codes with their words, in the scheme's own order.

    *first* is what a first anonymous contact gets: source, information, handling. *corroborated* are the
    codes of information that say that something else supports it.
    """

    code: str
    name: str
    sources: Mapping[str, str]
    information: Mapping[str, str]
    handling: Mapping[str, str]
    first: tuple[str, str, str]
    corroborated: frozenset[str]


_UK = Scheme(
    code="3x5x2",
    name="3x5x2",
    sources={
        "1": "Reliable: known to tell what is so",
        "2": "Untested: nobody could judge yet",
        "3": "Not reliable: known to tell what is not so",
    },
    information={
        "A": "They know it directly",
        "B": "They know it from others, and something else supports it",
        "C": "They know it from others",
        "D": "How they know it is not known",
        "E": "Suspected to be false",
    },
    handling={
        "P": "Shared wherever the law permits",
        "C": "Shared under the conditions in the report",
    },
    first=("2", "D", "C"),
    corroborated=frozenset({"B"}),
)
_EUROPOL = Scheme(
    code="europol",
    name="Europol 4x4",
    sources={
        "A": "No doubt about the source, or it has always been right",
        "B": "The source has mostly been right",
        "C": "The source has mostly not been right",
        "X": "The source cannot be assessed yet",
    },
    information={
        "1": "The information is not in doubt",
        "2": "They know it directly, and this agency does not",
        "3": "They know it from others, and other records support it",
        "4": "They know it from others or do not say how, and nothing supports it",
    },
    handling={
        "H0": "For preventing and fighting crime",
        "H1": "Not in court without this agency's permission",
        "H2": "Not passed on without this agency's permission",
        "H3": "Under the conditions in the report",
    },
    first=("X", "4", "H2"),
    corroborated=frozenset({"1", "3"}),
)
_ADMIRALTY = Scheme(
    code="admiralty",
    name="Admiralty code",
    sources={
        "A": "Completely reliable",
        "B": "Usually reliable",
        "C": "Fairly reliable",
        "D": "Not usually reliable",
        "E": "Not reliable",
        "F": "The source cannot be judged yet",
    },
    information={
        "1": "Confirmed by other sources",
        "2": "Probably true",
        "3": "Possibly true",
        "4": "Doubtful",
        "5": "Improbable",
        "6": "The truth cannot be judged yet",
    },
    handling={},
    first=("F", "6", ""),
    corroborated=frozenset({"1"}),
)
SCHEMES: Mapping[str, Scheme] = {one.code: one for one in (_UK, _EUROPOL, _ADMIRALTY)}

#: Traffic Light Protocol 2.0, from the narrowest.
TLP: Mapping[str, str] = {
    "RED": "for those named alone",
    "AMBER+STRICT": "in this agency, for those who need it",
    "AMBER": "in this agency and to its partners, for those who need it",
    "GREEN": "among agencies, not to the public",
    "CLEAR": "no limit on sharing",
}
TLP_FIRST = "AMBER+STRICT"


@dataclass(frozen=True)
class Grading:
    """A grading in one scheme: its codes. *handling* is empty where the scheme has none."""

    scheme: str
    source: str
    information: str
    handling: str
    tlp: str

    @property
    def short(self) -> str:
        """The codes as they are written in one word, for example "2D" or "X4"."""
        return f"{self.source}{self.information}"

    @property
    def is_corroborated(self) -> bool:
        """Tell whether whoever graded it said that something else supports it."""
        return self.information in SCHEMES[self.scheme].corroborated

    @property
    def says(self) -> dict[str, str]:
        """What each code says, by the field's name."""
        of = SCHEMES[self.scheme]
        return {
            "source": of.sources[self.source],
            "information": of.information[self.information],
            "handling": of.handling.get(self.handling, ""),
            "tlp": TLP[self.tlp],
        }


def first(scheme: str) -> Grading:
    """Return the grading of a tip that nobody has graded yet."""
    return Grading(scheme, *SCHEMES[scheme].first, TLP_FIRST)


def is_one(what: Grading) -> bool:
    """Tell whether every code of a grading is one of its scheme's."""
    of = SCHEMES.get(what.scheme)
    if of is None:
        return False
    handling = what.handling in of.handling if of.handling else not what.handling
    return what.source in of.sources and what.information in of.information and handling and what.tlp in TLP

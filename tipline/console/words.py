"""The words that the pages say for codes, days and sizes."""

from __future__ import annotations

from datetime import UTC, datetime

from tipline import clock
from tipline.assessment.schemes import Grading
from tipline.audit.actions import ACTIONS
from tipline.cases import disposition, filing
from tipline.closing import clocks
from tipline.closing import disposition as dispositions
from tipline.languages import names
from tipline.languages.told import Told
from tipline.links import entities
from tipline.papers import paper_box, reason
from tipline.preview.inside import sniff
from tipline.rewards import reward
from tipline.routing import route_state

STATUS = {
    disposition.NEW: "New",
    disposition.AGAIN: "Wrote again",
    disposition.READ: "Read",
    disposition.ROUTED: "Routed",
    disposition.ACCEPTED: "Accepted",
    disposition.BACK: "Back from unit",
    disposition.ANSWERED: "Answered",
    disposition.HELD: "Set aside",
    disposition.CLOSED: "Closed",
    disposition.SHREDDED: "Shredded",
}
PRIORITY = {
    0: "Threat to life",
    1: "Time-critical",
    2: "Serious",
    3: "Routine",
    4: "No crime seen",
}
#: What the inbox's filters say for their codes.
AGE = {
    "today": "Arrived today",
    "3-days": "In the last 3 days",
    "7-days": "In the last 7 days",
    "30-days": "In the last 30 days",
    "over-7-days": "More than 7 days ago",
    "over-30-days": "More than 30 days ago",
    "over-90-days": "More than 90 days ago",
}
FILES = {"with": "With files", "without": "Without files"}
HOLDER = {"me": "Mine", "nobody": "Nobody's", "others": "A colleague's"}
DANGER = {"yes": "Danger now", "unsure": "Maybe danger", "no": "No danger named"}
VIA = {
    "page": "",
    "plain": "Sent without JavaScript: the public server saw this text before it was sealed.",
    "tool": "Sealed with the command-line tool.",
    "phone": "It says that it was told by telephone. Nothing that you can check says who typed it.",
    "walk-in": "It says that it was told in person. Nothing that you can check says who typed it.",
    "import": "It says that it was taken over from an old system. The audit says whether it was.",
}
#: Of a tip that the audit says a call taker typed.
TOLD = {"phone": "By telephone", "walk-in": "In person"}
#: Said after an officer's name. The list is the audit's own.
ACTION = ACTIONS
#: What an officer wrote, and what a unit has by an act of triage's.
PAPER = {
    paper_box.REPORT: "a version of the report",
    paper_box.NOTE: "a note",
    paper_box.QUESTION: "a question for the tipster",
    paper_box.REASON: "the words to a reason",
    paper_box.HANDOUT: "a text for translators",
    paper_box.TRANSLATION: "a translation",
    paper_box.DISSEMINATION: "to whom a document was given",
    paper_box.REFERRAL: "a note of what was handed over, and to whom",
}
#: What a file is by its bytes, and what came of making pictures of it.
FILE_KIND = {
    sniff.JPEG: "a JPEG picture",
    sniff.PNG: "a PNG picture",
    sniff.GIF: "a GIF picture",
    sniff.WEBP: "a WebP picture",
    sniff.TIFF: "a TIFF picture",
    sniff.BMP: "a BMP picture",
    sniff.HEIF: "a HEIC picture",
    sniff.AVIF: "an AVIF picture",
    sniff.PDF: "a PDF",
    sniff.MP4: "a video (MP4, MOV or 3GP)",
    sniff.MATROSKA: "a video (WebM or Matroska)",
    sniff.AVI: "a video (AVI)",
    sniff.SVG: "an SVG drawing, which can hold a program",
    sniff.ZIP: "a ZIP archive, as office documents are too",
    sniff.ARCHIVE: "an archive",
    sniff.PROGRAM: "a program",
    sniff.SOUND: "a sound recording",
    sniff.OFFICE: "an office document, which can hold a program",
    sniff.TEXT: "text, or something written as text",
    sniff.UNKNOWN: "of a kind that is not known here",
}
PREVIEW = {
    "shown": "",
    "part": "The file is damaged. This is what could be read of it.",
    "none": "There are no previews of this kind.",
    "broken": "The file is damaged, or was made so that it cannot be read. There is nothing to show.",
    "locked": "The PDF is locked with a password. There is nothing to show.",
    "large": "It is, or says it is, too large to be opened here. It may have been made to do harm.",
}
#: Said after "opened a file".
OPENED_HOW = {
    "preview": "to have pictures made of it",
    "check": "to compute its SHA-256",
    "saved": "and saved it",
}
MARKED = "Marked. Only officers with that right open it from now on."
GIVES = {
    route_state.REPORT: "the report alone",
    route_state.RAW: "with the tipster's own words",
}
#: What an officer of a unit did that cannot be taken back (console/case/routes.py), after their name.
SEEN = {
    "tip": "opened the tipster's own words",
    "report": "opened the report",
    "file": "opened a file",
}
#: What two texts can name alike (links/entities.py).
ENTITY = {
    entities.PHONE: "telephone number",
    entities.PLATE: "number plate",
    entities.IBAN: "bank account",
    entities.WALLET: "wallet",
    entities.EMAIL: "e-mail address",
    entities.HANDLE: "name on a network",
    entities.VIN: "vehicle identification number",
    entities.VESSEL: "vessel",
}
ROUTE = {
    (route_state.RESPONSIBLE, route_state.SENT): "Asked to take it on",
    (route_state.RESPONSIBLE, route_state.ACCEPTED): "Responsible",
    (route_state.INFORMATION, route_state.SENT): "For information",
}
ENDED = {
    route_state.DECLINED: "Declined",
    route_state.RETURNED: "Returned",
    route_state.WITHDRAWN: "Withdrawn",
}
#: What became of a reward.
REWARD = {
    reward.PROPOSED: "Proposed to the board",
    reward.HALF: "One member of the board granted it",
    reward.GRANTED: "Granted: the code was not sent yet",
    reward.SENT: "The tipster was sent the code",
    reward.PAID: "Paid",
    reward.UNCOLLECTED: "Uncollected",
    reward.DECLINED: "Declined",
    reward.UNSIGNED: "Not signed for: the database was changed. Look at the audit",
}
REASONS = reason.CODES
#: Why a case is closed; what a clock (closing/clocks.py) is about, and how it stands.
DISPOSITION = dispositions.CODES
CLOCK = {clocks.READ: "Read", clocks.ACKNOWLEDGE: "Acknowledge", clocks.FEEDBACK: "Feedback"}
CLOCK_STATE = {
    clocks.DONE: "done in time",
    clocks.LATE: "done late",
    clocks.RUNNING: "runs",
    clocks.SOON: "due soon",
    clocks.OVERDUE: "overdue",
}
TROUBLE = {
    filing.NO_KEY: "It names this desk, but none of the desk's keys opens it.",
    "commitment": "It was made to show two readers two different texts, so neither is shown.",
    "stanza": "Its key part is not one that this version knows.",
    "body": "It was changed on its way.",
    "padding": "It is filled up wrongly: whatever made it was not our page.",
    "message": "It opened, but what it holds is not a tip that this version can read.",
    "epoch": "It was sealed with keys that were destroyed or lost, or that this agency never made.",
    "agency": "It is addressed to another agency.",
}
LANGUAGES = names.NAMES
#: What stands on every view and every export of what a tipster said.
UNCORROBORATED = "Uncorroborated"
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_UNITS = ("bytes", "KB", "MB", "GB")


def desk_id(given: object) -> bytes:
    """Return the id of a desk that an entry of the audit names in hex; nothing where it names none."""
    try:
        return bytes.fromhex(str(given))
    except ValueError:
        return b""


def number(case: int) -> str:
    """Return a case's speakable number, as "T-0042"."""
    return f"T-{case:04d}"


def aloud(case: int) -> str:
    """Return how a case's number is said aloud, as "Tango, zero zero four two"."""
    return f"Tango, {' '.join(_DIGITS[int(digit)] for digit in f'{case:04d}')}"


def corroborated(what: Grading) -> str:
    """Return what stands on every view of a tip: nothing supports it, until somebody graded it so."""
    return "Corroborated, as graded" if what.is_corroborated else UNCORROBORATED


def languages() -> list[tuple[str, str]]:
    """Return code and name of the languages whose names are known, by name."""
    return sorted(LANGUAGES.items(), key=lambda one: one[1])


def language(code: str) -> str:
    """Return a language's name in English; the code itself where the name is not known."""
    return names.NAMES.get(code.split("-", maxsplit=1)[0].lower(), code)


def language_of(told: Told) -> str:
    """Return a message's language: that of its words, and that of the page where it is another."""
    page = language(told.said)
    by = language(told.written) if told.written else page
    return by if names.base(told.written or told.said) == names.base(told.said) else f"{by} (page: {page})"


def day(number_: int) -> str:
    """Return a day (since 1970-01-01) as "Today", "Yesterday" or "3 Nov 2026"."""
    ago = clock.day_number() - number_
    if ago in (0, 1):
        return ("Today", "Yesterday")[ago]
    return clock.in_words(number_)


def isoday(number_: int) -> str:
    """Return a day (since 1970-01-01) for machines."""
    return clock.from_day_number(number_).isoformat()


def moment(seconds: int) -> str:
    """Return a time of the agency's own records, in UTC."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def hour(seconds: int) -> str:
    """Return a time of the agency's own records in a few characters, in UTC: "Today 22:41", "3 Nov 22:41"."""
    at, ago = datetime.fromtimestamp(seconds, UTC), clock.day_number() - seconds // clock.DAY
    said = ("Today", "Yesterday")[ago] if ago in (0, 1) else f"{at.day} {at:%b}"
    year = "" if at.year == clock.today().year else f" {at.year}"
    return f"{said}{year} {at:%H:%M}"


def size(count: int) -> str:
    """Return a file's size as people say it."""
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{count} bytes" if not unit else f"{value:.1f} {_UNITS[unit]}"


def route(part: str, state: str) -> str:
    """Return what a unit is to a case."""
    return ROUTE.get((part, state)) or ENDED.get(state, state)


def reason_of(code: str) -> str:
    """Return what a reason's code says; a code means the same wherever it is asked for."""
    return next((codes[code] for codes in REASONS.values() if code in codes), code)


def trouble(failure: str) -> str:
    """Return why something that arrived cannot be read."""
    return TROUBLE.get(failure, f"It is not what our page seals ({failure}).")

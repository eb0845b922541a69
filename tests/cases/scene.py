"""One agency with everything in it, and who is meant to know what: for the matrices, by page and by key.

Case 1: triage reads it, Narcotics was given its report, Traffic the tipster's own words too, and Rita of
triage knows somebody in it. Case 2 is triage's alone, but for the words of its second message, which
translators have. Nothing here is a secret.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from tests import agencies
from tests.conftest import PASSPHRASE, RAW, Agency
from tests.papers.test_report import write as write_report
from tipline import db, tables
from tipline.cases import case, reply
from tipline.dissemination import log
from tipline.dissemination.giving import Giving as Giving_
from tipline.keys.officer import CHEAPEST
from tipline.languages import handing
from tipline.papers import notes, paper_box
from tipline.routing import recused, route
from tipline.routing.route import Giving
from tipline.routing.route_state import INFORM
from tipline.setup.plan import OfficerPlan, Plan
from tipline.staff import handover
from tipline.talk import drafts, templates
from tipline.talk.templates import Template

#: Alice leads triage, each officer of a unit leads it, Rosa grants rewards, Ruth runs the accounts.
OFFICERS = {
    "Alice": "Triage", "Alan": "Triage", "Rita": "Triage", "Bob": "Narcotics", "Carol": "Traffic",
    "Dora": "Vice", "Sami": "Interpreters", "Rosa": "Board",
    "Ruth": None,
}  # fmt: skip
#: Without a character that a page would write otherwise.
WORDS = {
    "tip": "The tipster said it in these words.",
    "report": "What the report says.",
    "note": "A note for triage alone.",
    "reply": "What the tipster was answered.",
    "other": "Words of another tipster.",
    "handout": "What that one wrote in another language.",
    "draft": "A reply that Alice has not sent yet.",
    "template": "How our desk says thank you",
    "handover": "A word for the next shift.",
    "given-out": "The prosecutor of pier nine",
}
#: Whose keys open what.
BY_KEY = {
    "Alice": frozenset(WORDS),
    **dict.fromkeys(("Alan", "Rita"), frozenset(WORDS) - {"draft"}),
    "Bob": frozenset({"report"}),
    "Carol": frozenset({"report", "tip"}),
    "Dora": frozenset(),
    "Sami": frozenset({"handout"}),
    "Rosa": frozenset(),
    "Ruth": frozenset(),
}
#: What the console shows of it: less, where an officer said that they know a person in a case. A note of a
#: shift is shown at an address of its own, which no page of the matrix is.
SHOWN = {who: words - {"handover"} for who, words in BY_KEY.items()}
SHOWN |= {"Rita": frozenset({"other", "handout", "template"})}


def make(folder: Path) -> Agency:
    """Make the agency, both cases, and what was done about them."""
    officers = tuple(
        OfficerPlan(name, PASSPHRASE, (desk,) if desk else ()) for name, desk in OFFICERS.items()
    )
    units = ("Narcotics", "Traffic", "Vice")
    plan = Plan(
        folder,
        "Agency",
        officers,
        units,
        administrators=("Ruth",),
        profile=CHEAPEST,
        translators=("Interpreters",),
        rewards="Board",
    )
    made = agencies.create(plan)
    own = Agency(made, db.open_engine(folder / "agency" / "console.db"))
    own.tip(WORDS["tip"], files=(own.file(b"picture"),))
    # Which is number 1 follows from who came first.
    alice = own.work("Alice")
    another = own.tip(WORDS["other"])
    alice.refresh()
    own.receive(own.seal(another, WORDS["handout"], kind="follow-up", counter=1))
    alice.refresh()
    handing.hand_out(alice, 2, alice.known.items(2)[1].envelope, own.desk("Interpreters"), paper_box.new_id())
    write_report(alice, WORDS["report"])
    notes.note(alice, 1, WORDS["note"], paper_box.new_id())
    reply.send(alice, 1, WORDS["reply"])
    drafts.keep(alice, 2, WORDS["draft"])
    templates.keep(alice, Template(templates.new_id(), own.desk(), "en", WORDS["template"], "Thank you."))
    handover.write(alice, own.desk(), WORDS["handover"])
    given = Giving_("report", "court", WORDS["given-out"])
    log.record(alice, case.open_(alice, 1), given, b"a document", paper_box.new_id())
    route.send(alice, 1, own.desk("Narcotics"), Giving(approval=False))
    route.send(alice, 1, own.desk("Traffic"), RAW, INFORM)
    recused.recuse(own.work("Rita"), 1)
    return own


def ids(own: Agency, table: str, **where: object) -> set[bytes]:
    """Return the ids of a table's rows in which these columns have these values."""
    rows = tables.metadata.tables[table]
    query = select(rows.c.id)
    for name, value in where.items():
        query = query.where(rows.c[name] == value)
    with own.engine.connect() as connection:
        return set(connection.scalars(query))

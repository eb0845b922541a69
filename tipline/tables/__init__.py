"""The agency's tables. In the clear: workflow facts only: desk, status, priority, days, who did what when.

Text, category, language and file names are inside sealed bytes. The collector writes envelopes, parcels,
tokens, the board's slots, the audit's day heads and what is alerted; everything else is the console's.
"""

from __future__ import annotations

from tipline.tables.account import factor, invitation
from tipline.tables.alerts import (
    alert,
    alert_channel,
    handover,
    handover_read,
    reach,
    shift,
    shift_once,
    waiting,
)
from tipline.tables.arrivals import case, envelope, opened, parcel, reply, stanza, tried
from tipline.tables.assessment import grading, proposal, reads
from tipline.tables.audit import audit, audit_head
from tipline.tables.base import metadata
from tipline.tables.closing import clock_fact, closing, hold, kept_longer, outcome, shredded, shredded_key
from tipline.tables.cover import cover
from tipline.tables.dissemination import dissemination
from tipline.tables.imported import imported
from tipline.tables.keys import category, desk, desk_key, epoch, member_key, officer, recovery_key, roster
from tipline.tables.links import link
from tipline.tables.marked import marked
from tipline.tables.paper import paper, paper_key, paper_opened
from tipline.tables.published import slot, state, token
from tipline.tables.reward import reward
from tipline.tables.route import recused, route, taken
from tipline.tables.search import segment, segment_case
from tipline.tables.talk import draft, template
from tipline.tables.together import thread
from tipline.tables.view import view

__all__ = [
    "alert",
    "alert_channel",
    "audit",
    "audit_head",
    "case",
    "category",
    "clock_fact",
    "closing",
    "cover",
    "desk",
    "desk_key",
    "dissemination",
    "draft",
    "envelope",
    "epoch",
    "factor",
    "grading",
    "handover",
    "handover_read",
    "hold",
    "imported",
    "invitation",
    "kept_longer",
    "link",
    "marked",
    "member_key",
    "metadata",
    "officer",
    "opened",
    "outcome",
    "paper",
    "paper_key",
    "paper_opened",
    "parcel",
    "proposal",
    "reach",
    "reads",
    "recovery_key",
    "recused",
    "reply",
    "reward",
    "roster",
    "route",
    "segment",
    "segment_case",
    "shift",
    "shift_once",
    "shredded",
    "shredded_key",
    "slot",
    "stanza",
    "state",
    "taken",
    "template",
    "thread",
    "token",
    "tried",
    "view",
    "waiting",
]

"""What an entry of the audit can say that somebody did, with the words that pages and commands use for it.

The words follow the officer's name. There is one list: an action that is not in it cannot be written.
"""

from __future__ import annotations

from collections.abc import Mapping

#: All cases were searched; detail "found": in how many. What was looked for stands nowhere.
SEARCHED = "searched"
#: A case ended: detail "disposition" (a code), "duplicate", "first" (who proposed it); or was opened again,
#: by hand, or since the tipster wrote: then the officer is the one whose session filed the message.
CLOSED, REOPENED, FOLLOWED_UP = "closed", "reopened", "followed-up"
#: What a unit reports to have come of a case: detail as of the row (closing/outcome.py).
OUTCOME = "reported"
#: Nobody shreds the case, or may again; it is kept longer than its period; and it is no more.
HELD, RELEASED, KEPT_LONGER, SHREDDED = "held", "released", "kept-longer", "shredded"
#: What its clocks are told.
FEEDBACK, JUSTIFIED = "feedback", "justified"
SIGNED_IN, OPENED, FILE_OPENED, ROUTED, REPLIED = "signed-in", "opened", "file-opened", "routed", "replied"
#: A paper was written: object "paper" (its id), "kind", "version"; detail "hash" (of its sealed bytes).
WROTE = "wrote"
#: A version of the report was approved, or an approval taken back: object and detail as of WROTE.
APPROVED, UNAPPROVED = "report-approved", "report-unapproved"
#: What became of a route: object "case" and what was given, detail "unit", "part", "gives", "reason".
INFORMED, GAVE, WITHDREW = "informed", "gave", "withdrew"
ACCEPTED, DECLINED, RETURNED = "accepted", "declined", "returned"
#: What was marked as possible child-abuse material: object "case" and "envelope", "file" (none: all of the
#: case); detail "reason" of taking a mark back. FILE_OPENED says in its detail "how": "preview", "check" (its
#: SHA-256 was computed) or "saved"; and of what is marked "marked-reason".
MARKED, UNMARKED = "marked-restricted", "unmarked-restricted"
#: Whose case it is at the desk; detail "from" (the officer who had it), "reason".
TOOK, HANDED_BACK = "took", "handed-back"
#: Why a colleague's case is opened: detail "reason", "officer" (whose case it is).
EXPLAINED = "explained"
#: Who knows a person in a case; detail "officer": who may work on it again.
RECUSED, RECUSAL_LIFTED = "recused", "recusal-lifted"
#: What triage makes of a tip: its grading (detail "scheme", "source", "information", "handling", "tlp"), its
#: priority (detail "from", "to", "reason", and "first" where it took two officers).
GRADED, PRIORITISED = "graded", "prioritised"
#: What takes two officers (assessment/second.py): object "case", "act" and "to", detail "reason" or "first".
PROPOSED, CONFIRMED, DROPPED = "proposed", "confirmed", "proposal-dropped"
#: A case was taken over from an old system: detail "file" (SHA-256), "line", "code" (how it had ended).
IMPORTED = "imported"
#: Of two cases, object "case" and "other", an entry for each: linked or not any more, a suggestion dismissed
#: or shown again, merged (detail "into": the number that both are found under) and taken apart; "reason".
LINKED, UNLINKED, DISMISSED, SUGGESTED = "linked", "unlinked", "dismissed", "suggested-again"
MERGED, SPLIT = "merged", "split"
#: A text for translators: object "case" and "paper" (the text); detail "envelope" and "unit" (the desk).
HANDED_OUT, TEXT_READ, TEXT_BACK = "handed-out", "text-read", "text-taken-back"
#: Who is at the desk: object "roster" (the version) and its "hash", detail "officer" (whom it is about).
ADMITTED, REMOVED = "admitted", "removed"
MADE_LEAD, UNMADE_LEAD = "made-lead", "unmade-lead"
GAVE_RESTRICTED, TOOK_RESTRICTED = "gave-restricted", "took-restricted"
#: The desk's key at rest made way for a new one; object as of ADMITTED.
REKEYED = "key-renewed"
#: Holders gave the desk's keys to the officer who signs this.
RECOVERED = "recovered"
#: This officer sealed the desk's keys to a new recovery key, whose shares other holders have.
RENEWED = "recovery-renewed"
#: One of the desk's private keys was written to a file. What is opened with that is in no audit.
KEY_EXPORTED = "key-exported"
#: At a desk that opens only together: an overseer asked to open a case ("paper": why), gave the share of a
#: "seat", put the last one to it ("officers": whose shares opened it, "joined": the case that it belongs to),
#: found a bad share of a "seat", closed it for all who had it open.
ASKED, GAVE_SHARE, OPENED_TOGETHER = "asked-to-open", "gave-share", "opened-together"
BAD_SHARE, CLOSED_TOGETHER = "bad-share", "closed-together"
#: Of alerts at the desk: taken ("count" tips); the rota's shifts added and removed (detail "officer", whose);
#: a note left for the next shift (detail "hash": of its words and a salt), and read (object "handover").
ALERT_TAKEN, SHIFT_ADDED, SHIFT_REMOVED = "alert-taken", "shift-added", "shift-removed"
HANDED_OVER, READ_HANDOVER = "handed-over", "handover-read"
#: Of accounts, all in the administration's chain: an administrator's acts, object "officer" and "name".
INVITED, DISABLED, ENABLED, ENDED = "invited", "account-disabled", "account-enabled", "sessions-ended"
#: And an officer's own: new keys, object "verify" (their Ed25519 key), "invitation" (hash of its code) and
#: "code" (which is used up); a factor added or removed, object "factor" (id) and "kind"; another passphrase.
JOINED, FACTORS_RESET = "joined", "factors-reset"
FACTOR_ADDED, FACTOR_REMOVED, PASSPHRASE_CHANGED = "factor-added", "factor-removed", "passphrase-changed"
#: In the chain of each of their desks: where alerts reach this officer is another place now.
REACH_CHANGED = "reach-changed"
#: A desk's own template for replies: object "template" (its id), detail "hash" (of its words and a salt).
TEMPLATE_KEPT, TEMPLATE_REMOVED = "template-kept", "template-removed"
#: A call taker typed what somebody said: object "case" and "envelope", detail "via" ("phone", "walk-in").
CALL_TYPED = "call-typed"
#: Of rewards: triage's proposal, then the board's acts, all but the payment with the case's number.
REWARD_PROPOSED, REWARD_GRANTED, REWARD_DECLINED = "reward-proposed", "reward-granted", "reward-declined"
#: A payment names no case; the ledger is all of a board's grants.
REWARD_PAID, LEDGER_TAKEN = "reward-paid", "ledger-taken"

#: A document of the case was made for somebody: object "case", "kind", "paper" (to whom, and why); detail
#: "purpose", "hash" (of the paper), "sha256" (of the document). And the whole record of this was read.
DISSEMINATED, READ_LOG = "disseminated", "log-read"

ACTIONS: Mapping[str, str] = {
    SIGNED_IN: "signed in",
    SEARCHED: "searched all cases",
    OPENED: "opened the case",
    FILE_OPENED: "opened a file",
    MARKED: "marked it as possible child-abuse material",
    UNMARKED: "took back the mark of possible child-abuse material",
    ROUTED: "routed the case",
    INFORMED: "gave the case for information",
    GAVE: "gave more of the case",
    WITHDREW: "withdrew the case",
    ACCEPTED: "accepted the case",
    DECLINED: "declined the case",
    RETURNED: "returned the case",
    TOOK: "took the case",
    HANDED_BACK: "handed the case back to the desk",
    EXPLAINED: "said why they open a colleague's case",
    RECUSED: "knows a person in the case",
    RECUSAL_LIFTED: "let an officer who knew a person work on the case again",
    REPLIED: "answered the tipster",
    CLOSED: "closed the case",
    REOPENED: "opened the case again",
    FOLLOWED_UP: "filed a message of the tipster's, which opened the closed case again",
    OUTCOME: "reported what came of the case",
    HELD: "set a legal hold",
    RELEASED: "lifted a legal hold",
    KEPT_LONGER: "had the case kept longer",
    SHREDDED: "had the case shredded",
    FEEDBACK: "noted that the tipster was given feedback",
    JUSTIFIED: "said why feedback takes longer",
    WROTE: "wrote",
    APPROVED: "approved the report",
    UNAPPROVED: "took back the approval of the report",
    GRADED: "graded the tip",
    PRIORITISED: "changed the priority",
    PROPOSED: "asked a second officer to confirm",
    CONFIRMED: "confirmed as the second officer",
    DROPPED: "let go what waited for a second officer",
    IMPORTED: "took the case over from an old system",
    LINKED: "linked the case with another",
    UNLINKED: "took back the link with another case",
    DISMISSED: "said that another case has nothing to do with this one",
    SUGGESTED: "took back that another case has nothing to do with this one",
    MERGED: "made one case of this and another",
    SPLIT: "took apart what was made one case",
    HANDED_OUT: "gave a text to translators",
    TEXT_READ: "read the text to translate",
    TEXT_BACK: "took a text back from translators",
    ADMITTED: "admitted an officer to the desk",
    REMOVED: "removed an officer from the desk",
    MADE_LEAD: "made an officer a lead of the desk",
    UNMADE_LEAD: "made an officer no longer a lead of the desk",
    GAVE_RESTRICTED: "let an officer open what is marked as possible child-abuse material",
    TOOK_RESTRICTED: "no longer lets an officer open what is marked as possible child-abuse material",
    REKEYED: "gave the desk a new key at rest",
    RENEWED: "sealed the desk's keys to new holders",
    RECOVERED: "got the desk's keys from the holders of its shares",
    ASKED: "asked to open the case together",
    GAVE_SHARE: "gave a share to open the case",
    OPENED_TOGETHER: "gave the last share that was needed: the case was opened",
    BAD_SHARE: "found a bad share",
    CLOSED_TOGETHER: "closed the case",
    DISSEMINATED: "gave a document of the case out",
    READ_LOG: "read the record of what was given out",
    KEY_EXPORTED: "wrote a key of the desk to a file",
    ALERT_TAKEN: "took the desk's alert",
    SHIFT_ADDED: "put an officer on call",
    SHIFT_REMOVED: "took a shift from the rota",
    HANDED_OVER: "left a note for the next shift",
    READ_HANDOVER: "read a note of the shift before",
    REACH_CHANGED: "changed where alerts reach them",
    INVITED: "invited an officer",
    DISABLED: "disabled an account",
    ENABLED: "enabled an account again",
    ENDED: "ended an officer's sessions",
    JOINED: "made their keys",
    FACTORS_RESET: "gave up their second factors for new ones",
    FACTOR_ADDED: "added a second factor",
    FACTOR_REMOVED: "removed a second factor",
    PASSPHRASE_CHANGED: "changed their passphrase",
    TEMPLATE_KEPT: "kept a template for replies",
    TEMPLATE_REMOVED: "removed a template for replies",
    CALL_TYPED: "typed what a caller said",
    REWARD_PROPOSED: "proposed a reward",
    REWARD_GRANTED: "granted a reward",
    REWARD_DECLINED: "declined a reward",
    REWARD_PAID: "paid a reward",
    LEDGER_TAKEN: "saved the ledger of rewards",
}

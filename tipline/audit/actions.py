"""What an entry of the audit can say that somebody did, with the words that pages and commands use for it.

The words follow the officer's name. There is one list: an action that is not in it cannot be written.
"""

from __future__ import annotations

from collections.abc import Mapping

SIGNED_IN, OPENED, FILE_OPENED, ROUTED, REPLIED = "signed-in", "opened", "file-opened", "routed", "replied"
#: A paper was written: object "paper" (its id), "kind", "version"; detail "hash" (of its sealed bytes).
WROTE = "wrote"
#: A version of the report was approved, or an approval taken back: object and detail as of WROTE.
APPROVED, UNAPPROVED = "report-approved", "report-unapproved"
#: Holders gave the desk's keys to the officer who signs this.
RECOVERED = "recovered"
#: This officer sealed the desk's keys to a new recovery key, whose shares other holders have.
RENEWED = "recovery-renewed"
#: One of the desk's private keys was written to a file. What is opened with that is in no audit.
KEY_EXPORTED = "key-exported"

ACTIONS: Mapping[str, str] = {
    SIGNED_IN: "signed in",
    OPENED: "opened the case",
    FILE_OPENED: "opened a file",
    ROUTED: "routed the case",
    REPLIED: "answered the tipster",
    WROTE: "wrote",
    APPROVED: "approved the report",
    UNAPPROVED: "took back the approval of the report",
    RENEWED: "sealed the desk's keys to new holders",
    RECOVERED: "got the desk's keys from the holders of its shares",
    KEY_EXPORTED: "wrote a key of the desk to a file",
}

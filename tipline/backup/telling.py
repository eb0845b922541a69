"""PURE: what is lost after a restore, and what to do, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tipline.backup.note import SKIPPED
from tipline.settings import STORED, ConsoleSettings

_ACKNOWLEDGED = {
    True: """\
  * Tips, messages and files that were fetched after it are lost: the relay deleted them when they
    were stored on the lost machine. Their tipsters may have been told "collected". Those that the relay
    still has come in now. (With acknowledge = "backed-up" none would be lost.)""",
    False: """\
  * No tip, message or file is lost: the relay deletes only what a verified backup holds. What was
    fetched after it comes in again now, as new, and is opened, weighed and routed again.""",
}


def lost(settings: ConsoleSettings, made: date, today: date, missing: Sequence[Path] = ()) -> str:
    """Say what a restore on a day from the backup *made* on another has brought back, and what it has not.

    *missing* are files that console.toml names and that were in no backup.
    """
    days = (today - made).days
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    return f"""
{settings.name} is in {settings.folder} again,
as it was when the backup of {made} was made ({ago}).

Lost is what came after it:

{_ACKNOWLEDGED[settings.acknowledge == STORED]}
  * What officers did after it is lost: what they opened, routed, marked and answered; officers that were
    added.
  * What was ended after it is there again: officers who were removed from a desk, routes that were
    withdrawn, cases that were shredded. Remove, withdraw and shred them again.
  * Answers that were written after it leave the board when it is next posted. Who has not read one never
    will: answer again. So that no label is given out twice, every case leaves out {SKIPPED}
    of them, as far as room for one more answer is left.
  * Keys of an epoch that was begun after it are gone, and what was sealed to them cannot be opened by
    anybody: the inbox lists it as unreadable. Keys are made three days ahead, so a backup of the last
    three days has those of today.

Do now:

  1. Make sure that the lost machine never runs again: two with one signer would contradict each other.
  2. Give the folder to its user: chown -R tipline-agency: {settings.folder}
  3. Start collector and console. The collector asks the relay what was published last, and goes on from
     there. Officers sign in with the passphrases of {made}, and are told for thirty days
     that this is a restore.
  4. If the root has signed anything since (a certificate, recovery keys, revocations): install that grant
     again with tipline keys install.
  5. If anybody else may have the lost machine: a new signer, the old one revoked (tipline keys), a new
     handover secret, and new keys for officers and desks, today: docs/operating.md has the steps.
  6. Make a backup, today.
{"".join(_put_back(number, path) for number, path in enumerate(missing, 7))}"""


def _put_back(number: int, path: Path) -> str:
    return f"""\
  {number}. Put {path} back: console.toml names it, and it lay where no
     backup looks. Until then no alert goes its way.
"""

"""Every error Tipline raises on purpose. Each docstring is the sentence its reader needs."""

from __future__ import annotations


class TiplineError(Exception):
    """Something Tipline refuses to do. Never raised itself, only its kinds are."""

    exit_code = 1


class FormatError(TiplineError):
    """These bytes are not what docs/format.md describes, so nothing was done with them.

    *failure* names the rule that was broken, in the words that the failing vectors use.
    """

    exit_code = 3

    def __init__(self, failure: str, detail: str = "") -> None:
        super().__init__(f"{failure}: {detail}" if detail else failure)
        self.failure = failure


class KeyringError(FormatError):
    """This keyring or board is not vouched for by the agency's root, so it is not used."""


class ReceiptError(FormatError):
    """This receipt code has a typing mistake. Compare it with what you wrote down."""


class SettingsError(TiplineError):
    """The settings file cannot be used as it is. The message names the line to change."""

    exit_code = 2


class RelayError(TiplineError):
    """The relay did not do what was asked of it. Nothing was lost: the next round tries again."""

    exit_code = 4


class AccessError(TiplineError):
    """This name, passphrase or key does not open that."""

    exit_code = 5


class HostError(TiplineError):
    """This machine would let plaintext or keys reach its disk. The message says what to change."""

    exit_code = 6


class AuditError(TiplineError):
    """The audit does not hold: an entry was removed, changed or moved, or could not be written."""

    exit_code = 7


class DrillError(TiplineError):
    """The drill found a leak, or could not look everywhere. The report says where."""

    exit_code = 8


class FullError(TiplineError):
    """The rack is full. Nothing was stored: send again later, when the consoles have collected."""

    exit_code = 9


class MissingError(TiplineError):
    """Parts of this file have not arrived at the agency, so nothing of it can be opened yet."""

    exit_code = 10


class EpochError(TiplineError):
    """An epoch's keys could not be made or destroyed. Tips go on arriving under the old ones meanwhile."""

    exit_code = 11


class BackupError(TiplineError):
    """The backup could not be made, read or restored. What was there before is as it was."""

    exit_code = 12


class TakenError(AccessError):
    """This case is in the hands of another officer. Say first why you open it."""


class StateError(TiplineError):
    """This cannot be done as things stand now. Load the page again: somebody may have been faster."""

    exit_code = 13


class RestrictedError(StateError):
    """This is marked as possible child-abuse material. Only officers with that right open it, and say why."""


class RosterError(TiplineError):
    """The list of who is at a desk is not the one that was signed, so nothing is sealed to anybody on it."""

    exit_code = 14


class AlertError(TiplineError):
    """An alert did not go out by this way. The others are tried too, and this one again."""

    exit_code = 15


class PreviewError(TiplineError):
    """No preview could be made of this file. It can still be saved, and opened on a machine made for that."""

    exit_code = 16

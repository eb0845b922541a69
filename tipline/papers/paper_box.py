"""A paper's bytes: what an officer wrote, padded, under a key of its own; and that key sealed to a desk.

    sealed = commit (32) || AES-GCM of: length (4 bytes) text zeros, to a multiple of 1 KiB
    aad    = "tipline/1 paper" || paper id (16) || case (8) || version (4) || about (16) || kind

*about* is the id of the paper that it answers, zeros for none. Text key and commit are derived from the
paper's key, so that one paper cannot say two things to two desks.

The key is sealed to a desk's key at rest with info = "tipline/1 paper key" || paper id || desk id.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal.suite import KEY_SIZE, PrivateKey, Suite, decrypt, encrypt

REPORT, NOTE, QUESTION, REASON = "report", "note", "question", "reason"
#: A message's text as it was given to translators, and what they made of it.
HANDOUT, TRANSLATION = "handout", "translation"
#: To whom possible child-abuse material was handed over, when, and under which reference.
REFERRAL = "referral"
#: To whom a document of the case was given, and why.
DISSEMINATION = "given-out"
ID_SIZE = 16
#: Bytes of UTF-8 that one paper holds: as many as a tip.
TEXT_MAX = 16384
_BLOCK = 1024
_LENGTH = 4


@dataclass(frozen=True)
class Label:
    """What a paper is, beside its words: bound to them, so that no row of another paper can stand in."""

    id: bytes
    case: int
    kind: str
    version: int = 1
    about: bytes | None = None

    @property
    def aad(self) -> bytes:
        """The label's bytes, as they are bound."""
        numbers = self.case.to_bytes(8, "big") + self.version.to_bytes(4, "big")
        return b"tipline/1 paper" + self.id + numbers + (self.about or bytes(ID_SIZE)) + self.kind.encode()


def new_id() -> bytes:
    """Return the random id of a paper that is being written."""
    return secrets.token_bytes(ID_SIZE)


def seal(suite: Suite, label: Label, text: str) -> tuple[bytes, bytes]:
    """Seal *text* under a new random key; return the sealed bytes and the key.

    Raises FormatError "empty", "too long", or "text" for what is not Unicode text.
    """
    key = secrets.token_bytes(KEY_SIZE)
    commit, text_key = _derived(suite, label, key)
    return commit + encrypt(text_key, _pad(text), label.aad), key


def open_(suite: Suite, label: Label, key: bytes, sealed: bytes) -> str | None:
    """Undo *seal*; None when key, label or a single bit differs. Raises FormatError "padding"."""
    commit, text_key = _derived(suite, label, key)
    if not hmac.compare_digest(commit, sealed[:KEY_SIZE]):
        return None
    padded = decrypt(text_key, sealed[KEY_SIZE:], label.aad)
    return None if padded is None else _unpad(padded)


def seal_key(suite: Suite, public: bytes, paper: bytes, desk: bytes, key: bytes) -> bytes:
    """Seal a paper's *key* to a desk's *public* key at rest."""
    return suite.seal(public, _info(paper, desk), key)


def open_key(private: PrivateKey, paper: bytes, desk: bytes, sealed: bytes) -> bytes | None:
    """Undo *seal_key*; None when it is for another desk's key or another paper."""
    return private.open(_info(paper, desk), sealed)


def _derived(suite: Suite, label: Label, key: bytes) -> tuple[bytes, bytes]:
    return suite.derive(key, label.id, "paper commit"), suite.derive(key, label.id, "paper text")


def _pad(text: str) -> bytes:
    try:
        words = text.encode()
    except UnicodeEncodeError:
        raise FormatError("text", "a lone surrogate is not text") from None
    if not words:
        raise FormatError("empty", "a paper has words")
    if len(words) > TEXT_MAX:
        raise FormatError("too long", f"a paper holds {TEXT_MAX} bytes, this has {len(words)}")
    size = _LENGTH + len(words)
    return (len(words).to_bytes(_LENGTH, "big") + words).ljust(-(-size // _BLOCK) * _BLOCK, b"\0")


def _unpad(padded: bytes) -> str:
    length = int.from_bytes(padded[:_LENGTH], "big")
    words, filler = padded[_LENGTH : _LENGTH + length], padded[_LENGTH + length :]
    if len(words) != length or len(padded) % _BLOCK or any(filler):
        raise FormatError("padding")
    return words.decode(errors="replace")


def _info(paper: bytes, desk: bytes) -> bytes:
    return b"tipline/1 paper key" + paper + desk

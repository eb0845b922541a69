"""What the drill plants: words, names, headers and keys that exist nowhere else, each with its needles.

Every planted text carries marks, 16 random hex digits each, and these are searched: so a leak is found too
when only a part of the text leaked, or when a program wrote its other characters in a way of its own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from tipline.drill import encodings, picture
from tipline.drill.encodings import Needle
from tipline.seal import layout, receipt, schedule
from tipline.seal.suite import Suite, suite_of
from tipline.setup.plan import OfficerPlan


@dataclass(frozen=True)
class Visitor:
    """What one visitor's browser says of itself beside the tip. *address* comes as X-Forwarded-For."""

    who: str
    address: str
    agent: str = field(default_factory=lambda: f"Kestrel/{mark()} (Drill; rv:{mark()})")
    cookie: str = field(default_factory=lambda: f"visit={mark()}")
    language: str = field(default_factory=lambda: f"x-{mark()}")
    referer: str = field(default_factory=lambda: f"https://{mark()}.example/found-it-here")

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every request of this visitor."""
        return {
            "User-Agent": self.agent,
            "Cookie": self.cookie,
            "Accept-Language": self.language,
            "Referer": self.referer,
            "X-Forwarded-For": self.address,
        }

    def needles(self) -> Iterator[Needle]:
        """Give what must not be found of this visitor."""
        yield from of_marks(f"{self.who} user agent", self.agent)
        yield from of_marks(f"{self.who} cookie", self.cookie)
        yield from of_marks(f"{self.who} accept-language", self.language)
        yield from of_marks(f"{self.who} referer", self.referer)
        yield from encodings.of_address(f"{self.who} forwarded address", self.address)


@dataclass(frozen=True)
class Receipt:
    """A receipt code, and all that follows from it at the agency with this *suite* and 8-byte id."""

    who: str
    suite: Suite
    entropy: bytes
    agency: bytes

    def needles(self) -> Iterator[Needle]:
        """Give the code as people write it, and every key derived from it."""
        code = receipt.format_(self.entropy)
        for written in (code, code.replace("-", ""), code.replace("-", " ")):
            yield from encodings.of_text(f"{self.who} receipt", written)
            yield from encodings.of_text(f"{self.who} receipt", written.lower())
        yield from encodings.of_bytes(f"{self.who} receipt", self.entropy)
        keys = receipt.keys(self.suite, self.entropy, self.agency)
        yield from encodings.of_bytes(f"{self.who} reply key", keys.reply)
        yield from encodings.of_bytes(f"{self.who} follow-up key", keys.follow_up)
        yield from encodings.of_bytes(f"{self.who} acknowledgement key", keys.acknowledgement)
        yield from encodings.of_bytes(f"{self.who} thread", keys.thread)


@dataclass(frozen=True)
class Words:
    """What one tip says, and the file that comes with it."""

    text: str = field(default_factory=lambda: f"The grey van behind {_place()} again, Tuesday, {_place()}.")
    file_name: str = field(default_factory=lambda: f"seen-from-{mark()}.jpg")
    title: str = field(default_factory=lambda: f"my balcony {mark()}")
    area: str = field(default_factory=lambda: f"third floor {mark()}")

    @property
    def file(self) -> bytes:
        """A JPEG whose Exif says what and where."""
        return picture.jpeg(self.title, self.area)

    def text_needles(self, who: str) -> Iterator[Needle]:
        """Give what must not be found of the text."""
        yield from of_marks(f"{who} words", self.text)

    def needles(self, who: str) -> Iterator[Needle]:
        """Give what must not be found of text and file."""
        yield from self.text_needles(who)
        yield from of_marks(f"{who} file name", self.file_name)
        yield from of_marks(f"{who} file's title", self.title)
        yield from of_marks(f"{who} file's place", self.area)


@dataclass(frozen=True)
class Answer:
    """What the agency's people type: the *officers*' passphrases, a reply, and papers."""

    officers: tuple[OfficerPlan, ...]
    reply: str = field(default_factory=lambda: f"Thank you. Keep away from {_place()}, please.")
    report: str = field(default_factory=lambda: f"It is said that something is kept at {_place()}.")
    note: str = field(default_factory=lambda: f"Seen before at {_place()}.")
    question: str = field(default_factory=lambda: f"Is it still at {_place()}?")

    def needles(self) -> Iterator[Needle]:
        """Give what must not be found of it."""
        yield from of_marks("reply words", self.reply)
        yield from of_marks("report words", self.report)
        yield from of_marks("note words", self.note)
        yield from of_marks("question words", self.question)
        for officer in self.officers:
            yield from of_marks(f"passphrase of {officer.name}", officer.passphrase)


def of_envelope(who: str, envelope: bytes, key: bytes) -> Iterator[Needle]:
    """Give the needles of an envelope's key K and of every key that follows from it."""
    header = layout.split(envelope).header
    suite, salt = suite_of(header.suite), header.salt
    text = schedule.text_key(suite, key, salt)
    yield from encodings.of_bytes(f"{who} envelope key K", key)
    yield from encodings.of_bytes(f"{who} text key", text)
    yield from encodings.of_bytes(f"{who} body key", schedule.body_key(suite, text, salt))
    yield from encodings.of_bytes(f"{who} reply part key", schedule.reply_part_key(suite, key, salt))


def of_file_key(who: str, suite: Suite, file_key: bytes) -> Iterator[Needle]:
    """Give the needles of a file's key and of the key of its parcels."""
    yield from encodings.of_bytes(f"{who} file key", file_key)
    yield from encodings.of_bytes(f"{who} parcel key", suite.derive(file_key, b"", "parcel"))


def passphrase() -> str:
    """Return a passphrase that nobody else has."""
    return f"drill {mark()} {mark()}"


def ipv4(network: str) -> str:
    """Return an address of a /24 (its first three numbers), one of those for documentation (RFC 5737)."""
    return f"{network}.{100 + secrets.randbelow(150)}"


def ipv6() -> str:
    """Return an address of the prefix for documentation (RFC 3849), of which nothing can be left out."""
    return "2001:db8:" + ":".join(f"{0x1000 + secrets.randbelow(0xEFFF):x}" for _ in range(6))


def of_marks(canary: str, text: str) -> Iterator[Needle]:
    """Give the needles of every mark in a text."""
    for found in re.findall(r"[0-9a-f]{16}", text):
        yield from encodings.of_text(canary, found)


def _place() -> str:
    return f"Möwenstraße {mark()}"


def mark() -> str:
    """Return 16 hex digits that exist nowhere else."""
    return secrets.token_hex(8)

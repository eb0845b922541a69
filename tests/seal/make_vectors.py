"""Makes tests/vectors/*.json again: `.venv/bin/python -m tests.seal.make_vectors`.

Seeds follow from names; what sealing and signing draw at random is new in every run, so every file that holds
envelopes or signatures changes. Half of what is sealed here is sealed by JavaScript.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from tests.seal import salamander
from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of, operate
from tipline.board import board
from tipline.errors import FormatError
from tipline.keyring import certificate, keyring, section
from tipline.keyring.signature import SIGNATURE_SIZE, Signed, agency_id, fingerprint
from tipline.keys.signing import SigningKey
from tipline.seal import (
    docket,
    header,
    layout,
    message,
    opening,
    padding,
    receipt,
    rewrap,
    schedule,
    sealing,
    slot,
    stanza,
)
from tipline.seal.message import to_base64
from tipline.seal.suite import HYBRID, KEY_SIZE, PrivateKey, encrypt

FOLDER = Path(__file__).parent.parent / "vectors"
STANZA_SIZE = HYBRID.sealed_size(stanza.SIZE)
DOCKET_SIZE = HYBRID.sealed_size(docket.SIZE)
REPLY_AT = header.SIZE + layout.STANZAS * STANZA_SIZE
BODY_AT = REPLY_AT + layout.REPLY_SIZE
DOCKETS_AT = BODY_AT + layout.BODY_SIZE


def seed(name: str, size: int = 32) -> bytes:
    """Return bytes that follow from *name*."""
    return hashlib.shake_256(f"tipline vector {name}".encode()).digest(size)


def b64(data: bytes) -> str:
    return to_base64(data)


class Book:
    """One file of vectors, filled case by case; what a case gives is what Python makes of it."""

    def __init__(self, file: str, about: str, **blobs: bytes) -> None:
        self.file = file
        self.about = about
        self.blobs: dict[str, Any] = {name: b64(data) for name, data in blobs.items()}
        self.vectors: list[dict[str, Any]] = []

    def gives(self, name: str, do: str, **given: Any) -> Any:
        """Add a case that works, and return its result."""
        result = operate(do, given, self.blobs)
        assert result is not None, name
        self.vectors.append({"name": name, "do": do, "with": given, "gives": result})
        return result

    def none(self, name: str, do: str, **given: Any) -> None:
        """Add a case that is not for this key."""
        assert operate(do, given, self.blobs) is None, name
        self.vectors.append({"name": name, "do": do, "with": given, "none": True})

    def fails(self, failure: str, name: str, do: str, **given: Any) -> None:
        """Add a case that is refused."""
        try:
            operate(do, given, self.blobs)
        except FormatError as error:
            assert error.failure == failure, (name, error)
        else:
            raise AssertionError(name)
        self.vectors.append({"name": name, "do": do, "with": given, "failure": failure})

    def write(self) -> None:
        content = {"about": self.about, "blobs": self.blobs, "vectors": self.vectors}
        (FOLDER / self.file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def failures() -> None:
    """The words themselves: what the other files show."""
    words = {
        vector["failure"]
        for path in FOLDER.glob("*.json")
        if path.name != "failures.json"
        for vector in json.loads(path.read_text())["vectors"]
        if "failure" in vector
    }
    content = {"about": "Every word with which the format refuses", "failures": sorted(words)}
    (FOLDER / "failures.json").write_text(json.dumps(content, indent=1) + "\n")


def suites(_: Node) -> Book:
    book = Book("suite.json", "Keys, HKDF, HMAC, HPKE and AES-GCM as section 1 and 2 name them")
    for name in ("desk", "sorting"):
        book.gives(f"public key of {name}", "suite.public", seed=b64(seed(name)))
    book.gives("public key of the zero seed", "suite.public", seed=b64(bytes(32)))
    book.fails("private key", "a seed that is too short", "suite.public", seed=b64(bytes(31)))
    derive = {
        "secret": b64(seed("secret")),
        "salt": b64(seed("salt")),
        "label": "text",
        "size": 32,
        "context": "",
    }
    book.gives("derive", "suite.derive", **derive)
    book.gives("derive without salt", "suite.derive", **{**derive, "salt": ""})
    book.gives("derive with a context", "suite.derive", **{**derive, "context": "AAAAAA"})
    book.gives("derive 16 bytes", "suite.derive", **{**derive, "size": 16})
    book.gives("derive 96 bytes", "suite.derive", **{**derive, "size": 96})
    book.gives("mac", "suite.mac", key=b64(seed("secret")), label="label", message=b64(b"what is said"))
    book.gives("mac of nothing", "suite.mac", key=b64(seed("secret")), label="label", message="")
    key = PrivateKey(seed("desk"))
    sealed = HYBRID.seal(key.public, b"info", b"plaintext")
    given = {"seed": b64(key.seed), "info": b64(b"info"), "sealed": b64(sealed)}
    book.gives("hpke", "suite.open", **given)
    book.none("hpke with another info", "suite.open", **{**given, "info": b64(b"other")})
    book.none("hpke with another key", "suite.open", **{**given, "seed": b64(seed("sorting"))})
    for name, at in (
        ("enc", 0),
        ("enc, at its X25519 half", 1119),
        ("ciphertext", 1120),
        ("tag", len(sealed) - 1),
    ):
        changed = bytearray(sealed)
        changed[at] ^= 1
        book.none(f"hpke with its {name} changed", "suite.open", **{**given, "sealed": b64(bytes(changed))})
    low = sealed[:1088] + bytes(32) + sealed[1120:]
    book.none("hpke with an X25519 share of low order", "suite.open", **{**given, "sealed": b64(low)})
    book.none("hpke cut short", "suite.open", **{**given, "sealed": b64(sealed[:-1])})
    book.none("hpke of nothing", "suite.open", **{**given, "sealed": ""})
    sealing_with = {"info": "", "plaintext": b64(b"plaintext")}
    book.gives("sealed size", "suite.seal", public=b64(key.public), **sealing_with)
    book.fails(
        "public key", "a public key cut short", "suite.seal", public=b64(key.public[:-1]), **sealing_with
    )
    bad = b"\xff" * 1184 + key.public[1184:]
    book.fails("public key", "an ML-KEM key that is none", "suite.seal", public=b64(bad), **sealing_with)
    low = key.public[:1184] + bytes(32)
    book.fails("public key", "an X25519 key of low order", "suite.seal", public=b64(low), **sealing_with)
    sealed = encrypt(seed("secret"), b"plaintext", b"aad")
    given = {"key": b64(seed("secret")), "sealed": b64(sealed), "aad": b64(b"aad")}
    book.gives("AES-256-GCM", "suite.decrypt", **given)
    book.none("AES-256-GCM with another aad", "suite.decrypt", **{**given, "aad": ""})
    return book


def receipts(_: Node) -> Book:
    book = Book("receipts.json", "Receipt codes and the keys that follow from them: section 6")
    entropy = seed("receipt", 16)
    code = book.gives("written", "receipt.format", entropy=b64(entropy))["code"]
    for name, value in (
        ("zeros", bytes(16)),
        ("ones", b"\xff" * 16),
        ("a leading zero byte", b"\0" + entropy[1:]),
    ):
        written = book.gives(f"{name} written", "receipt.format", entropy=b64(value))["code"]
        book.gives(f"{name} read", "receipt.parse", code=written)
    book.gives("read", "receipt.parse", code=code)
    book.gives("in small letters", "receipt.parse", code=code.lower())
    book.gives("without hyphens", "receipt.parse", code=code.replace("-", ""))
    book.gives("with blanks and line ends", "receipt.parse", code="\t " + code.replace("-", " \r\n") + "\n")
    dashes = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212._\u00ad\u00a0"
    book.gives("with all kinds of dashes", "receipt.parse", code=dashes.join(code.split("-")))
    marks = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"
    book.gives("pasted out of right-to-left text", "receipt.parse", code=marks + code + marks)
    zeros = receipt.format_(bytes(16))
    book.gives("O for 0", "receipt.parse", code=zeros.replace("0", "O"))
    ones = receipt.format_(bytes.fromhex("08421084210842108421084210842108"))
    assert ones.count("1") > 20
    book.gives("I for 1", "receipt.parse", code=ones.replace("1", "I"))
    book.gives("l for 1", "receipt.parse", code=ones.replace("1", "l"))
    book.gives("dotless i for 1", "receipt.parse", code=ones.replace("1", "\u0131"))
    book.fails("length", "empty", "receipt.parse", code="")
    book.fails("length", "one character missing", "receipt.parse", code=code[:-1])
    book.fails("length", "one character too many", "receipt.parse", code=code + "0")
    book.fails("character", "a letter that is none of them", "receipt.parse", code="U" + code[1:])
    book.fails("character", "before the length is looked at", "receipt.parse", code="?")
    book.fails("character", "a digit of another script", "receipt.parse", code="\u0661" + code[1:])
    book.fails("character", "an astral character", "receipt.parse", code="\U0001d7d8" + code[1:])
    book.fails(
        "character", "a word joiner, which is not among the ignored", "receipt.parse", code="\u2060" + code
    )
    wrong = next(c for c in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if c not in code)
    for place in (0, 13, 25, 26, 27):
        bare = code.replace("-", "")
        book.fails(
            "check",
            f"character {place + 1} wrong",
            "receipt.parse",
            code=bare[:place] + wrong + bare[place + 1 :],
        )
    at = next(at for at in range(26) if bare[at] != bare[at + 1])
    swapped = bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :]
    book.fails("check", "two neighbours swapped", "receipt.parse", code=swapped)
    value = int.from_bytes(entropy, "big") << 2 | 1
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    digits = "".join(alphabet[value >> 5 * place & 31] for place in reversed(range(26)))
    digits += "".join(alphabet[value % 1021 >> 5 * place & 31] for place in (1, 0))
    book.fails("check", "a 1 in the last two bits, with its check right", "receipt.parse", code=digits)
    book.gives("keys", "receipt.keys", entropy=b64(entropy), agency=b64(b"agency-1"))
    book.gives("keys at another agency", "receipt.keys", entropy=b64(entropy), agency=b64(b"agency-2"))
    return book


def schedules(_: Node) -> Book:
    book = Book("schedule.json", "From K to the keys of an envelope's parts: section 3.2")
    book.gives("keys", "schedule.keys", key=b64(seed("K")), salt=b64(seed("salt")))
    book.gives("keys under another salt", "schedule.keys", key=b64(seed("K")), salt=b64(bytes(32)))
    return book


def paddings(_: Node) -> Book:
    book = Book("padding.json", "The body's plaintext: section 3.5")
    most = {"repeat": b64(b"Tipline "), "size": padding.MESSAGE_MAX}
    book.gives("an empty message", "padding.pad", message="")
    book.gives("a short message", "padding.pad", message={"utf8": "a short message"})
    book.gives("the longest message", "padding.pad", message=most)
    book.fails(
        "too long", "one byte too many", "padding.pad", message={**most, "size": padding.MESSAGE_MAX + 1}
    )
    tail = {"repeat": b64(b"\x07"), "size": padding.MAC_SIZE}
    zeros = {"repeat": "AA", "size": padding.SIZE - padding.MAC_SIZE}
    short = {"edit": {"join": [zeros, tail]}, "put": [[0, b64(b"\0\5words")]]}
    book.gives("unpadded", "padding.unpad", plaintext=short)
    book.gives("nothing unpadded", "padding.unpad", plaintext={"join": [zeros, tail]})
    full = {"join": [b64(padding.MESSAGE_MAX.to_bytes(2, "big")), most, tail]}
    book.gives("the longest unpadded", "padding.unpad", plaintext=full)
    for name, put in (
        ("a length over the room there is", [0, b64((padding.MESSAGE_MAX + 1).to_bytes(2, "big"))]),
        ("the first filler byte not zero", [7, "AQ"]),
        ("the last filler byte not zero", [padding.SIZE - padding.MAC_SIZE - 1, "AQ"]),
    ):
        book.fails("padding", name, "padding.unpad", plaintext={"edit": short, "put": [put]})
    for size in (0, 1, padding.SIZE - 1, padding.SIZE + 1):
        book.fails(
            "padding", f"{size} bytes", "padding.unpad", plaintext={"edit": short, "put": [], "size": size}
        )
    return book


def a_message(**changes: Any) -> dict[str, Any]:
    """Return a message's fields as JSON has them."""
    keys = receipt.keys(seed("receipt", 16), b"agency-1")
    fields: dict[str, Any] = {
        "kind": "tip",
        "via": "page",
        "lang": "en",
        "category": "drugs",
        "danger": "no",
        "desk": b64(bytes(range(16))),
        "acknowledgement": b64(keys.acknowledgement),
        "thread": b64(keys.thread),
        "counter": 0,
        "text": "A lorry comes every Tuesday.",
        "files": [],
        "dummies": [],
    }
    return {**fields, **changes}


def a_file(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "photo.jpg",
        "type": "image/jpeg",
        "size": 1048577,
        "key": b64(seed("file")),
        "parcels": [],
    }
    return {**fields, "parcels": [b64(seed("parcel 1")), b64(seed("parcel 2"))], **changes}


TEXTS = {
    "several scripts": "Ελληνικά, кириллица, العربية ٣, עברית, हिन्दी, 漢字, ไทย, ጽሑፍ, emoji 👩🏽‍🚒",
    "quotes, escapes and controls": '"\\/\b\f\n\r\t\0\x1f\x7f\u2028\u2029\ufeff</script>',
}


def messages(_: Node) -> Book:
    book = Book("messages.json", "The JSON of a message: section 4")
    accepted = {
        "a tip": {},
        "a follow-up": {"kind": "follow-up", "counter": 3, "danger": "unsure"},
        "the largest counter": {"counter": 2**53 - 1},
        "a file and a dummy": {"files": [a_file()], "dummies": [b64(seed("dummy"))]},
        "256 parcels": {"files": [a_file(parcels=[b64(seed("p"))] * 200)], "dummies": [b64(seed("d"))] * 56},
        "64 files": {"files": [a_file(parcels=[], size=0)] * 64},
        "a long language": {"lang": "zh-Hant-HK-x1"},
        "an empty text": {"text": ""},
        **{name: {"text": text, "via": "plain"} for name, text in TEXTS.items()},
        "a right-to-left file name": {"files": [a_file(name="صورة\u202egpj.exe")]},
    }
    for name, changes in accepted.items():
        book.gives(f"{name}, written", "message.encode", message=a_message(**changes))
        written = book.vectors[-1]["gives"]["json"]
        book.gives(f"{name}, read", "message.decode", json={"utf8": written})
    plain = {"v": 1, **a_message()}

    def text_of(fields: Any) -> dict[str, str]:
        return {"utf8": json.dumps(fields, ensure_ascii=False)}

    book.gives("fields in another order", "message.decode", json=text_of(dict(reversed(plain.items()))))
    spaced = json.dumps(plain, indent=2).replace("lorry", "l\\u006frry")
    book.gives("blanks and escapes", "message.decode", json={"utf8": "\r\n\t" + spaced + " "})
    surrogates = json.dumps({**plain, "text": TEXTS["several scripts"]})
    book.gives("a surrogate pair, escaped", "message.decode", json={"utf8": surrogates})
    twice = json.dumps(plain)[:-1] + ', "text": "the last one counts"}'
    book.gives("a field twice", "message.decode", json={"utf8": twice})
    refused: dict[str, Any] = {
        "not JSON": {"utf8": "tip"},
        "nothing": "",
        "an array": {"utf8": "[1]"},
        "null": {"utf8": "null"},
        "something after the end": {"join": [text_of(plain), b64(b"{}")]},
        "not UTF-8": {"join": [text_of(plain), b64(b"\xff")]},
        "a byte order mark": {"join": [b64(b"\xef\xbb\xbf"), text_of(plain)]},
        "UTF-16": b64(json.dumps(plain).encode("utf-16-le")),
        "a surrogate in UTF-8": b64(b'{"\xed\xa0\x80":1}'),
        "a field missing": text_of({name: value for name, value in plain.items() if name != "dummies"}),
        "a field too many": text_of({**plain, "more": 1}),
        "a number with a fraction": {"utf8": json.dumps(plain).replace('"counter": 0', '"counter": 0.0')},
        "a number with an exponent": {"utf8": json.dumps(plain).replace('"counter": 0', '"counter": 0e0')},
        "version 1.0": {"utf8": json.dumps(plain).replace('"v": 1', '"v": 1.0')},
        "half a surrogate pair": {"utf8": json.dumps({**plain, "text": "\ud83d"})},
        "half a surrogate pair in a file name": {
            "utf8": json.dumps({**plain, "files": [a_file(name="\ude00")]})
        },
        "a control character in a string": {
            "utf8": json.dumps({**plain, "text": "X"}).replace('"X"', '"\n"')
        },
    }
    changes: dict[str, dict[str, Any]] = {
        "version 2": {"v": 2},
        "version true": {"v": True},
        "version as text": {"v": "1"},
        "an unknown kind": {"kind": "spam"},
        "a kind that is a list": {"kind": ["tip"]},
        "an unknown via": {"via": "post"},
        "a language that is none": {"lang": "e"},
        "a language with a line end": {"lang": "en\n"},
        "a category in capitals": {"category": "Drugs"},
        "a category that is too long": {"category": "d" * 33},
        "an empty category": {"category": ""},
        "an unknown danger": {"danger": "maybe"},
        "a desk of 15 bytes": {"desk": b64(bytes(15))},
        "a desk that is a number": {"desk": 7},
        "base64 with padding": {"desk": b64(bytes(16)) + "=="},
        "base64 with its last bits set": {"desk": b64(bytes(16))[:-1] + "B"},
        "base64 of the other alphabet": {"desk": "+" + b64(bytes(16))[1:]},
        "base64 with a blank": {"desk": b64(bytes(16)) + " "},
        "base64 with a digit of another script": {"desk": "٣" + b64(bytes(16))[1:]},
        "an acknowledgement key of 31 bytes": {"acknowledgement": b64(bytes(31))},
        "a thread of 17 bytes": {"thread": b64(bytes(17))},
        "a negative counter": {"counter": -1},
        "a counter of 2^53": {"counter": 2**53},
        "a counter as text": {"counter": "0"},
        "a counter that is true": {"counter": True},
        "a counter that is null": {"counter": None},
        "a text that is a list": {"text": []},
        "files that are an object": {"files": {}},
        "65 files": {"files": [a_file(parcels=[])] * 65},
        "257 parcels": {"files": [a_file(parcels=[b64(seed("p"))] * 200)], "dummies": [b64(seed("d"))] * 57},
        "a file that is text": {"files": ["photo.jpg"]},
        "a file without type": {"files": [{k: v for k, v in a_file().items() if k != "type"}]},
        "a file with a field too many": {"files": [a_file(path="C:\\")]},
        "a file with a negative size": {"files": [a_file(size=-1)]},
        "a file whose key is short": {"files": [a_file(key=b64(bytes(31)))]},
        "a parcel that is no id": {"files": [a_file(parcels=["AA"])]},
        "a dummy that is null": {"dummies": [None]},
    }
    for name, json_bytes in {
        **refused,
        **{name: text_of({**plain, **with_}) for name, with_ in changes.items()},
    }.items():
        book.fails("message", name, "message.decode", json=json_bytes)
    return book


def headers(_: Node) -> Book:
    book = Book("headers.json", "The first 84 bytes of an envelope: section 3.1")
    head = header.Header(1, 0xFFFFFFFE, b"agency-1", seed("salt"), seed("commit")).pack()
    book.gives("a header", "header.parse", header=b64(head))
    book.gives("a header with more after it", "header.parse", header=b64(head + b"more"))
    for failure, name, put in (
        ("magic", "another magic", [0, b64(b"tipl")]),
        ("version", "version 0", [4, "AA"]),
        ("version", "version 2", [4, "Ag"]),
        ("suite", "suite 0", [5, "AA"]),
        ("suite", "suite 2, which is kept for later", [5, "Ag"]),
        ("suite", "suite 255", [5, "_w"]),
        ("reserved", "the first zero byte set", [6, "AQ"]),
        ("reserved", "the second zero byte set", [7, "AQ"]),
        ("magic", "magic before version", [0, b64(b"nope\2\2\2\2")]),
        ("version", "version before suite", [4, b64(b"\2\2\2\2")]),
        ("suite", "suite before the zeros", [5, b64(b"\2\2\2")]),
    ):
        book.fails(failure, name, "header.parse", header={"edit": b64(head), "put": [put]})
    for size in (0, 83):
        book.fails("size", f"{size} bytes", "header.parse", header=b64(head[:size]))
    return book


def stanzas(_: Node) -> Book:
    book = Book("stanzas.json", "What is sealed in stanzas and dockets: sections 3.3 and 3.6")
    key = seed("K")
    for kind in (stanza.WHOLE, stanza.TEXT):
        book.gives(f"stanza of kind {kind}", "stanza.unpack", plaintext=b64(bytes([kind, 0, 0, 0]) + key))
    for name, head in (("kind 0", [0, 0, 0, 0]), ("kind 2, a share", [2, 1, 2, 3]), ("kind 4", [4, 0, 0, 0]),
                       ("x not zero", [1, 1, 0, 0]), ("k not zero", [1, 0, 1, 0]), ("n not zero", [3, 0, 0, 1])):  # fmt: skip
        book.fails("stanza", f"stanza of {name}", "stanza.unpack", plaintext=b64(bytes(head) + key))
    for size in (0, 35, 37):
        book.fails(
            "stanza",
            f"stanza of {size} bytes",
            "stanza.unpack",
            plaintext=b64((b"\1\0\0\0" + key + b"\0")[:size]),
        )
    good = docket.Docket(bytes(range(16)), "no", seed("acknowledgement"))
    for danger in docket.DANGER:
        book.gives(
            f"docket, danger {danger}", "docket.unpack", plaintext=b64(replace(good, danger=danger).pack())
        )
    book.gives(
        "docket without a desk", "docket.unpack", plaintext=b64(replace(good, desk=docket.NO_DESK).pack())
    )
    for name, at, byte in (("kind 0", 0, 0), ("kind 2", 0, 2), ("danger 3", 1, 3), ("danger 255", 1, 255),
                           ("the first zero set", 2, 1), ("the last zero set", 15, 1)):  # fmt: skip
        put = [[at, b64(bytes([byte]))]]
        book.fails(
            "docket", f"docket with {name}", "docket.unpack", plaintext={"edit": b64(good.pack()), "put": put}
        )
    for size in (0, 63, 65):
        cut = {"edit": b64(good.pack()), "put": [], "size": size}
        book.fails("docket", f"docket of {size} bytes", "docket.unpack", plaintext=cut)
    return book


AGENCY = b"agency-1"


def sealing_arguments(said: dict[str, Any], desks: list[str], consoles: list[str]) -> dict[str, Any]:
    return {
        "suite": 1,
        "agency": b64(AGENCY),
        "epoch": 7,
        "desk_keys": [b64(seed(name)) for name in desks],
        "sorting_keys": [b64(seed(name)) for name in consoles],
        "docket": {name: said[name] for name in ("desk", "danger", "acknowledgement")},
        "receipt": b64(seed("receipt", 16)),
        "message": b64(json.dumps({"v": 1, **said}, ensure_ascii=False, separators=(",", ":")).encode()),
    }


def seal_python(said: dict[str, Any], desks: list[str], consoles: list[str]) -> bytes:
    given = sealing_arguments(said, desks, consoles)
    what = docket.Docket(
        *(
            message.from_base64(said["desk"], 16),
            said["danger"],
            message.from_base64(said["acknowledgement"], 32),
        )
    )
    publics = [[PrivateKey(seed(name)).public for name in names] for names in (desks, consoles)]
    keys = receipt.keys(seed("receipt", 16), AGENCY)
    return sealing.seal(
        sealing.Address(HYBRID, AGENCY, 7, *publics), what, keys, bytes_of(given["message"], {})
    )


def make_salamander() -> tuple[bytes, bytes, bytes, bytes]:
    """Return an envelope whose body opens under two K_text, the two, and the ciphertext of its body.

    Each half of the body can be read under one of them. The header commits to the first.
    """
    salt, key = seed("salamander"), seed("salamander K")
    first = schedule.text_key(key, salt)
    head = header.Header(1, 7, AGENCY, salt, schedule.commitment(first, salt)).pack()
    first_stream = salamander.keystream(schedule.body_key(first, salt), padding.SIZE)
    # A second key under which the first two bytes, the length, come out the same.
    for attempt in range(10**7):
        other = seed(f"salamander K {attempt}")
        second = schedule.text_key(other, salt)
        second_stream = salamander.keystream(schedule.body_key(second, salt), padding.SIZE)
        if second_stream[:2] == first_stream[:2]:
            break
    length = padding.MESSAGE_MAX.to_bytes(2, "big")
    one = (b"To the first reader: arrest the owner of the blue house. " * 200)[:8000]
    two = (b"To the second reader: the owner of the blue house is in danger. " * 200)[:8000]
    plain = bytearray(first_stream)  # so the ciphertext is zeros where nothing is said
    plain[:2] = length
    plain[2 : 2 + len(one)] = one
    ciphertext = bytearray(x ^ y for x, y in zip(plain, first_stream, strict=True))
    for at, byte in enumerate(two, 2 + len(one)):
        ciphertext[at] = byte ^ second_stream[at]
    stanzas = [
        stanza.seal(HYBRID, PrivateKey(seed(name)).public, head, stanza.Stanza(stanza.WHOLE, k))
        for name, k in (("desk", key), ("other desk", other))
    ]
    stanzas += [
        stanza.seal(HYBRID, PrivateKey.generate().public, head, stanza.Stanza(1, key)) for _ in range(3)
    ]
    keys = receipt.keys(seed("receipt", 16), AGENCY)
    reply = encrypt(schedule.reply_part_key(key, salt), keys.reply + keys.follow_up, head)
    before = head + b"".join(stanzas) + reply
    bodies = (schedule.body_key(first, salt), schedule.body_key(second, salt))
    body = salamander.forge(*bodies, bytes(ciphertext), padding.SIZE - 3 * salamander.BLOCK, before)
    what = docket.Docket(bytes(16), "no", keys.acknowledgement)
    dockets = [docket.seal(HYBRID, PrivateKey(seed("sorting")).public, before + body, what) for _ in range(2)]
    return before + body + b"".join(dockets), first, second, body


def envelopes(node: Node) -> Book:
    files = {"files": [a_file()], "dummies": [b64(seed("dummy"))]}
    tip = a_message(text=TEXTS["several scripts"], danger="yes", **files)
    reply = a_message(kind="follow-up", counter=1, lang="ar", text="الشاحنة تأتي يوم الثلاثاء")
    js = node.gives(
        "seal", **sealing_arguments(reply, ["desk", "second desk"], ["sorting", "second sorting"])
    )
    twice, first, second, _ = make_salamander()
    book = Book(
        "envelopes.json",
        "Whole envelopes, sealed by Python and by JavaScript, and what is wrong with others: section 3",
        python=seal_python(tip, ["desk"], ["sorting"]),
        javascript=bytes_of(js["envelope"], {}),
        salamander=twice,
    )
    whole: dict[str, str] = {}
    for language, desks, consoles in (
        ("python", ["desk"], ["sorting"]),
        ("javascript", ["desk", "second desk"], ["sorting", "second sorting"]),
    ):
        envelope = {"blob": language}
        for name in desks:
            read = book.gives(
                f"{language}: the {name} reads", "opening.read", envelope=envelope, seed=b64(seed(name))
            )
            whole[language] = read["text_key"]
            key = read["key"]
        for name in consoles:
            given = {"envelope": envelope, "seed": b64(seed(name))}
            book.gives(f"{language}: the docket for {name}", "opening.open_docket", **given)
        stranger = {"envelope": envelope, "seed": b64(seed("stranger"))}
        book.none(f"{language}: no stanza for a stranger", "opening.open_stanza", **stranger)
        book.none(f"{language}: no docket for a stranger", "opening.open_docket", **stranger)
        book.none(
            f"{language}: a sorting key opens no stanza",
            "opening.open_stanza",
            **{**stranger, "seed": b64(seed("sorting"))},
        )
        book.none(
            f"{language}: a desk's key opens no docket",
            "opening.open_docket",
            **{**stranger, "seed": b64(seed("desk"))},
        )
        book.gives(
            f"{language}: a unit reads with K_text",
            "opening.open_body",
            envelope=envelope,
            text_key=whole[language],
        )
        book.fails(
            "reply",
            f"{language}: K_text does not open the conversation",
            "opening.open_reply",
            envelope=envelope,
            key=whole[language],
        )
        book.fails(
            "commitment", f"{language}: K is not K_text", "opening.open_body", envelope=envelope, text_key=key
        )
        keys = receipt.keys(seed("receipt", 16), AGENCY)
        asked = {"envelope": envelope, "text_key": whole[language]}
        book.gives(f"{language}: from the tipster", "opening.is_from", **asked, follow_up=b64(keys.follow_up))
        book.gives(f"{language}: not from another", "opening.is_from", **asked, follow_up=b64(seed("other")))
        book.gives(f"{language}: its id", "rewrap.envelope_id", envelope=envelope)
    add_changed(book, whole["python"])
    add_salamander(book, first, second)
    add_sealing(book, tip)
    return book


def add_changed(book: Book, text_key: str) -> None:
    """Add what was changed in the envelope that Python sealed."""
    base = {"blob": "python"}
    envelope = bytes_of(base, book.blobs)
    head = envelope[: header.SIZE]
    desk, other = PrivateKey(seed("desk")), PrivateKey(seed("other desk"))
    key = opening.open_stanza(envelope, desk)
    assert key

    def edit(*put: list[Any], **more: Any) -> dict[str, Any]:
        return {"edit": base, "put": list(put), **more}

    def flip(at: int) -> dict[str, Any]:
        return edit([at, b64(bytes([envelope[at] ^ 1]))])

    for size in (0, 83, 84, len(envelope) - 1, len(envelope) + 1, 2 * len(envelope)):
        given = {"envelope": edit(size=size), "seed": b64(desk.seed)}
        book.fails("size", f"{size} bytes", "opening.open_stanza", **given)
    for failure, at in (("magic", 0), ("version", 4), ("suite", 5), ("reserved", 6)):
        for do in ("opening.open_stanza", "opening.open_docket"):
            book.fails(failure, f"another {failure}: {do}", do, envelope=flip(at), seed=b64(desk.seed))
    book.fails(
        "magic", "another magic: opening.open_body", "opening.open_body", envelope=flip(0), text_key=text_key
    )
    for name, at in (("epoch", 11), ("agency", 12), ("salt", 20), ("commitment", 52)):
        given = {"envelope": flip(at), "seed": b64(desk.seed)}
        book.none(f"another {name}: no stanza", "opening.open_stanza", **given)
    for name, at in (("salt", 20), ("commitment", 83)):
        book.fails("commitment", f"another {name}", "opening.open_body", envelope=flip(at), text_key=text_key)
    for name, at in (
        ("epoch", 11),
        ("a stanza", header.SIZE),
        ("the reply part", REPLY_AT),
        ("the body", BODY_AT),
        ("the tag", DOCKETS_AT - 1),
    ):
        book.fails(
            "body", f"{name} changed: no body", "opening.open_body", envelope=flip(at), text_key=text_key
        )
    swapped = [envelope[header.SIZE + at * STANZA_SIZE :][:STANZA_SIZE] for at in (1, 0)]
    moved = edit([header.SIZE, b64(b"".join(swapped))])
    book.fails("body", "two stanzas swapped", "opening.open_body", envelope=moved, text_key=text_key)
    for name, at in (("the reply part", REPLY_AT), ("its tag", BODY_AT - 1), ("the header's epoch", 11)):
        book.fails(
            "reply", f"{name} changed: no reply part", "opening.open_reply", envelope=flip(at), key=b64(key)
        )
    for name, at in (
        ("the header", 11),
        ("a stanza", header.SIZE),
        ("the reply part", REPLY_AT),
        ("the body", BODY_AT),
    ):
        given = {"envelope": flip(at), "seed": b64(seed("sorting"))}
        book.none(f"{name} changed: no docket", "opening.open_docket", **given)

    def with_stanza(plaintext: bytes) -> dict[str, Any]:
        info = b"tipline/1 stanza" + hashlib.sha256(head).digest()
        return edit([header.SIZE, b64(HYBRID.seal(other.public, info, plaintext))])

    kinds = (
        ("kind 2, a share", b"\2\1\2\3"),
        ("kind 3, K_text alone", b"\3\0\0\0"),
        ("an unknown kind", b"\x09\0\0\0"),
    )
    for name, front in kinds:
        given = {"envelope": with_stanza(front + key), "seed": b64(other.seed)}
        book.fails("stanza", f"a stanza of {name}", "opening.open_stanza", **given)
    given = {"envelope": with_stanza(b"\1\0\0\0" + seed("another K")), "seed": b64(other.seed)}
    book.fails("commitment", "a stanza with another K", "opening.open_stanza", **given)

    def with_docket(plaintext: bytes) -> dict[str, Any]:
        info = b"tipline/1 docket" + hashlib.sha256(envelope[:DOCKETS_AT]).digest()
        return edit([DOCKETS_AT, b64(HYBRID.seal(PrivateKey(seed("sorting")).public, info, plaintext))])

    stolen = docket.Docket(seed("the thief's desk", 16), "no", seed("the thief's acknowledgement")).pack()
    resealed = with_docket(stolen)
    sorting = b64(seed("sorting"))
    book.gives(
        "a docket sealed anew: it opens and lies", "opening.open_docket", envelope=resealed, seed=sorting
    )
    book.gives(
        "a docket sealed anew: the message tells", "opening.read", envelope=resealed, seed=b64(desk.seed)
    )
    broken = {
        "an unknown kind": b"\2" + stolen[1:],
        "an unknown danger": b"\1\3" + stolen[2:],
        "a zero set": stolen[:15] + b"\1" + stolen[16:],
    }
    for name, plaintext in broken.items():
        given = {"envelope": with_docket(plaintext), "seed": sorting}
        book.fails("docket", f"a docket with {name}", "opening.open_docket", **given)
    add_bodies(book, edit, message.from_base64(text_key, KEY_SIZE))


def add_bodies(book: Book, edit: Callable[..., dict[str, Any]], text_key: bytes) -> None:
    """Add bodies that open and are not padded as they should be."""
    envelope = bytes_of({"blob": "python"}, book.blobs)
    salt = header.parse(envelope).salt
    for name, plaintext in (
        (
            "a length over the room there is",
            struct.pack(">H", padding.MESSAGE_MAX + 1).ljust(padding.SIZE, b"\0"),
        ),
        (
            "filler that is not zero",
            bytes(padding.SIZE - padding.MAC_SIZE - 1) + b"\1" + bytes(padding.MAC_SIZE),
        ),
    ):
        body = encrypt(schedule.body_key(text_key, salt), plaintext, envelope[:BODY_AT])
        given = {"envelope": edit([BODY_AT, b64(body)]), "text_key": b64(text_key)}
        book.fails("padding", f"a body with {name}", "opening.open_body", **given)


def add_salamander(book: Book, first: bytes, second: bytes) -> None:
    """Add the ciphertext for two keys: AES-GCM opens it twice, the commitment refuses the second."""
    envelope, parts = {"blob": "salamander"}, layout.split(bytes_of({"blob": "salamander"}, book.blobs))
    salt = parts.header.salt
    book.blobs["salamander body"] = b64(parts.body)
    book.blobs["before salamander body"] = b64(parts.before_body)
    for name, text_key in (("first", first), ("second", second)):
        given = {"sealed": {"blob": "salamander body"}, "aad": {"blob": "before salamander body"}}
        key = b64(schedule.body_key(text_key, salt))
        book.gives(
            f"a body for two keys: AES-GCM opens it with the {name}", "suite.decrypt", key=key, **given
        )
    book.gives(
        "a body for two keys: its header commits to the first",
        "opening.open_body",
        envelope=envelope,
        text_key=b64(first),
    )
    book.fails(
        "commitment",
        "a body for two keys: the second is refused",
        "opening.open_body",
        envelope=envelope,
        text_key=b64(second),
    )
    book.gives(
        "a body for two keys: the first desk's stanza",
        "opening.open_stanza",
        envelope=envelope,
        seed=b64(seed("desk")),
    )
    book.fails(
        "commitment",
        "a body for two keys: the second desk's stanza",
        "opening.open_stanza",
        envelope=envelope,
        seed=b64(seed("other desk")),
    )


def add_sealing(book: Book, tip: dict[str, Any]) -> None:
    """Add what can be said of sealing, which is random: its size, and what it refuses."""
    given = sealing_arguments(tip, ["desk"], ["sorting"])
    book.gives("sealing for nobody at all", "sealing.seal", **{**given, "desk_keys": [], "sorting_keys": []})
    full = {"desk_keys": given["desk_keys"] * 5, "sorting_keys": given["sorting_keys"] * 2}
    book.gives("sealing for five desks and two consoles", "sealing.seal", **{**given, **full})
    six = {"desk_keys": given["desk_keys"] * 6}
    book.fails("recipients", "sealing for six desks", "sealing.seal", **{**given, **six})
    three = {"sorting_keys": given["sorting_keys"] * 3}
    book.fails("recipients", "sealing for three consoles", "sealing.seal", **{**given, **three})
    long = {"message": {"repeat": b64(b"x"), "size": padding.MESSAGE_MAX + 1}}
    book.fails("too long", "sealing a message that is too long", "sealing.seal", **{**given, **long})
    book.fails("suite", "sealing with suite 2", "sealing.seal", **{**given, "suite": 2})


def rewraps(node: Node) -> Book:
    book = Book("rewraps.json", "Re-wrapped stanzas: section 7.1")
    unit, desk_id, envelope_id = seed("unit"), seed("unit id", 16), seed("envelope id")
    asked = {"seed": b64(unit), "envelope_id": b64(envelope_id), "desk": b64(desk_id)}
    for kind, key in ((stanza.WHOLE, seed("K")), (stanza.TEXT, seed("K_text"))):
        what = stanza.Stanza(kind, key)
        by_python = rewrap.rewrap(HYBRID, PrivateKey(unit).public, envelope_id, desk_id, what)
        by_javascript = node.gives("rewrap", **asked, kind=kind, key=b64(key))["sealed"]
        for language, sealed in (("python", b64(by_python)), ("javascript", by_javascript)):
            book.gives(f"{language}: kind {kind}", "rewrap.unwrap", **asked, sealed=sealed)
    for name, changes in (
        ("another desk's key", {"seed": b64(seed("stranger"))}),
        ("another envelope", {"envelope_id": b64(seed("other"))}),
        ("another desk's id", {"desk": b64(seed("other", 16))}),
    ):
        book.none(f"{name}", "rewrap.unwrap", **{**asked, **changes}, sealed=sealed)
    info = b"tipline/1 rewrap" + envelope_id + desk_id
    for name, plaintext in (("a share", b"\2\1\2\3"), ("an unknown kind", b"\x09\0\0\0")):
        wrong = HYBRID.seal(PrivateKey(unit).public, info, plaintext + seed("K"))
        book.fails("stanza", name, "rewrap.unwrap", **asked, sealed=b64(wrong))
    stanza_info = b"tipline/1 stanza" + envelope_id
    moved = HYBRID.seal(PrivateKey(unit).public, stanza_info, b"\1\0\0\0" + seed("K"))
    book.none("an envelope's own stanza", "rewrap.unwrap", **asked, sealed=b64(moved))
    return book


def parcels(_: Node) -> Book:
    book = Book("parcels.json", "Files cut into parcels: section 5")
    mib = 1024 * 1024
    for size in (0, 1, mib - 1, mib, mib + 1, 20 * mib, 255 * mib + 1):
        book.gives(f"parcels for {size} bytes", "parcel.count_for", size=size)
    for count in (0, 1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 48, 49, 255, 256):
        book.gives(f"{count} parcels, rounded up", "parcel.padded_count", parcels=count)
    key = b64(seed("file"))
    pattern = {"repeat": b64(bytes(range(251))), "size": mib}
    short = {"repeat": b64(b"last piece "), "size": 1000}
    pieces = [
        {"file_key": key, "index": 0, "count": 2, "piece": pattern},
        {"file_key": key, "index": 1, "count": 2, "piece": short},
    ]
    for piece in pieces:
        book.gives(f"piece {piece['index']} of 2, sealed", "parcel.seal", **piece)
    book.gives("an empty file, sealed", "parcel.seal", file_key=key, index=0, count=1, piece="")
    book.fails(
        "parcel",
        "a piece that is too long",
        "parcel.seal",
        file_key=key,
        index=0,
        count=1,
        piece={**pattern, "size": mib + 1},
    )
    for index, count in ((2, 2), (0, 0)):
        book.fails(
            "parcel",
            f"piece {index} of {count}",
            "parcel.seal",
            file_key=key,
            index=index,
            count=count,
            piece=short,
        )
    book.gives("opened at its place", "parcel.open", file_key=key, index=0, count=2, sealed=pieces[0])
    for name, changes in (
        ("of another file", {"file_key": b64(seed("other file"))}),
        ("at another place", {"index": 1}),
        ("of another count", {"count": 3}),
        ("as the last one", {"count": 1}),
    ):
        given = {"file_key": key, "index": 0, "count": 2, "sealed": pieces[0], **changes}
        book.fails("parcel", f"opened {name}", "parcel.open", **given)
    noise = {"repeat": b64(seed("noise", 61)), "size": mib + 16}
    book.fails("parcel", "a dummy opened", "parcel.open", file_key=key, index=0, count=1, sealed=noise)
    for size in (0, mib + 15, mib + 17):
        book.fails(
            "size",
            f"{size} bytes opened",
            "parcel.open",
            file_key=key,
            index=0,
            count=1,
            sealed={**noise, "size": size},
        )
    book.gives("a file", "parcel.open_file", file_key=key, size=mib + 1000, parcels=pieces)
    empty = {"file_key": key, "index": 0, "count": 1, "piece": ""}
    book.gives("an empty file", "parcel.open_file", file_key=key, size=0, parcels=[empty])
    for name, size, listed in (
        ("a parcel missing", mib + 1000, pieces[:1]),
        ("no parcel", 0, []),
        ("a parcel too many", mib + 1000, [*pieces, pieces[1]]),
        ("parcels in another order", mib + 1000, pieces[::-1]),
        ("a size that is too small: the filler is not zero", mib + 999, pieces),
        ("a size of fewer parcels", mib, pieces),
        ("a size of more parcels", 2 * mib + 1, pieces),
    ):
        book.fails("parcel", name, "parcel.open_file", file_key=key, size=size, parcels=listed)
    return book


def slots(node: Node) -> Book:
    reply_key, desk = seed("reply key"), seed("desk id", 16)
    replies = [
        slot.Reply(seed("reply 1", 16), desk, 20_000, "Thank you. Is the lorry white?"),
        slot.Reply(seed("reply 2", 16), desk, 20_001, "ग" * 700),
        slot.Reply(seed("reply 3", 16), docket.NO_DESK, 2**32 - 1, ""),
    ]
    made = {"python": [], "javascript": []}
    for first, reply in zip((0, 1, 255), replies, strict=True):
        made["python"].append(slot.seal(reply_key, first, reply))
        given = {
            "reply_key": b64(reply_key),
            "first_index": first,
            "id": b64(reply.id),
            "desk": b64(reply.desk),
        }
        answer = node.gives("slots", **given, day=reply.day, text=reply.text)
        made["javascript"].append([bytes_of(each, {}) for each in answer["slots"]])
    dummy = slot.dummy()
    book = Book(
        "slots.json",
        "Slots of the board and tokens: sections 7.2 and 7.3",
        python=b"".join(sealed for reply in made["python"] for sealed in reply),
        javascript=b"".join(sealed for reply in made["javascript"] for sealed in reply),
        dummy=dummy,
    )
    for index in (0, 1, 255):
        book.gives(f"label {index}", "slot.label", reply_key=b64(reply_key), index=index)
    for language in made:
        board_bytes = {"join": [{"blob": "dummy"}, {"blob": language}]}
        found = book.gives(
            f"{language}: replies found", "slot.find", reply_key=b64(reply_key), slots=board_bytes
        )
        assert [reply["text"] for reply in found["replies"]] == [reply.text for reply in replies]
        book.gives(
            f"{language}: nothing for another receipt",
            "slot.find",
            reply_key=b64(seed("other")),
            slots=board_bytes,
        )
    sealed = {"blob": "python"}
    find = {"reply_key": b64(reply_key)}
    reversed_ = b"".join(each for reply in reversed(made["python"]) for each in reversed(reply))
    book.gives("in another order", "slot.find", **find, slots=b64(reversed_))
    book.gives(
        "a part missing: its reply is left out",
        "slot.find",
        **find,
        slots={"edit": sealed, "put": [[1024, {"blob": "dummy"}]]},
    )
    for name, at in (("r", 20), ("text", 500), ("tag", 1023)):
        byte = bytes([bytes_of(sealed, book.blobs)[at] ^ 1])
        given = {"slots": {"edit": sealed, "put": [[at, b64(byte)]]}}
        book.gives(f"a slot whose {name} was changed: the others are found", "slot.find", **find, **given)
    again = slot.seal(reply_key, 0, replace(replies[0], text="After a crash"))[0]
    both = {"join": [b64(made["python"][0][0]), b64(again)]}
    book.gives("the same reply sealed twice: the later counts", "slot.find", **find, slots=both)
    other = slot.seal(reply_key, 0, slot.Reply(seed("reply 4", 16), desk, 1, "Another reply"))[0]
    two = {"join": [b64(made["python"][0][0]), b64(other)]}
    book.gives("an index used for two replies: both are found", "slot.find", **find, slots=two)
    for name, part, of, length in (
        ("part 1 of 1", 1, 1, 0),
        ("part 0 of 0", 0, 0, 0),
        ("part 0 of 17", 0, 17, 0),
        ("a length of 929", 0, 1, 929),
    ):
        bad = slot._Part(seed("bad", 16), part, of, desk, 1, b"\0" * length)
        written = sealed_as_it_is(reply_key, 7, bad)
        book.gives(f"{name}: passed over", "slot.find", **find, slots=b64(written))
    broken = slot._Part(seed("reply 5", 16), 0, 1, desk, 1, b"a\xff\xe2\x82b\xed\xa0\x80c\xef\xbb\xbf")
    book.gives(
        "text that is not UTF-8", "slot.find", **find, slots=b64(sealed_as_it_is(reply_key, 8, broken))
    )
    book.fails(
        "size", "not whole slots", "slot.find", **find, slots={"edit": sealed, "put": [], "size": 1500}
    )
    book.gives(
        "sixteen parts",
        "slot.seal",
        **find,
        first_index=0,
        text={"repeat": b64(b"x"), "size": 16 * slot.TEXT_MAX},
    )
    book.fails(
        "too long",
        "seventeen parts",
        "slot.seal",
        **find,
        first_index=0,
        text={"repeat": b64(b"x"), "size": 16 * slot.TEXT_MAX + 1},
    )
    book.gives("the last index", "slot.seal", **find, first_index=255, text="")
    book.fails("slots", "after the last index", "slot.seal", **find, first_index=256, text="")
    book.fails(
        "slots",
        "over the last index",
        "slot.seal",
        **find,
        first_index=255,
        text={"repeat": b64(b"x"), "size": 1000},
    )
    for day in (0, 20_000, 2**32 - 1):
        book.gives(f"token of day {day}", "acknowledgement.token", key=b64(seed("acknowledgement")), day=day)
    return book


def sealed_as_it_is(reply_key: bytes, index: int, part: slot._Part) -> bytes:
    """Seal a part as the format's own code never would."""
    head = slot._HEAD.pack(part.id, part.part, part.of, part.desk, part.day, len(part.text))
    salt = seed(f"slot {index}", 24)
    plaintext = (head + part.text)[: slot._PLAIN].ljust(slot._PLAIN, b"\0")
    return slot.label(reply_key, index) + salt + encrypt(slot._key(reply_key, index, salt), plaintext)


ROOT_KEY = SigningKey(seed("root", 64))
SIGNERS = {name: SigningKey(seed(f"signer {name}", 64)) for name in ("agency", "oversight")}
DESKS = {name: seed(f"desk id {name}", 16) for name in SIGNERS}


def a_certificate(console: str, **changes: Any) -> Signed:
    says = certificate.Certificate(
        agency=agency_id(ROOT_KEY.public),
        console=console,
        serial=1,
        signer=SIGNERS[console].public,
        desks=frozenset({DESKS[console]}),
        not_before=date(2026, 1, 1),
        not_after=date(2026, 3, 31),
    )
    return ROOT_KEY.sign(certificate.LABEL, replace(says, **changes).encode())


def a_section(console: str, signer: str = "", label: str = section.LABEL, **changes: Any) -> Signed:
    says = section.Section(
        console=console,
        serial=5,
        not_before=date(2026, 2, 1),
        not_after=date(2026, 2, 14),
        suite=1,
        epoch=7,
        sorting=PrivateKey(seed(f"sorting {console}")).public,
        desks=(
            section.Desk(
                DESKS[console], f"Desk of the {console}", PrivateKey(seed(f"desk {console}")).public
            ),
        ),
        categories=(section.Category(f"{console}-matters", "Сообщение", DESKS[console]),),
        work=0,
    )
    return SIGNERS[signer or console].sign(label, replace(says, **changes).encode())


def keyrings(_: Node) -> Book:
    parts = {
        "root": ROOT_KEY.public,
        "certificate agency": a_certificate("agency").pack(),
        "section agency": a_section("agency").pack(),
        "certificate oversight": a_certificate("oversight").pack(),
        "section oversight": a_section("oversight", epoch=8).pack(),
    }
    book = Book("keyrings.json", "Keyrings: sections 8.1 and 8.2", **parts)
    agency = [{"blob": "certificate agency"}, {"blob": "section agency"}]
    oversight = [{"blob": "certificate oversight"}, {"blob": "section oversight"}]

    def packed(*listed: Any, count: int | None = None) -> dict[str, Any]:
        number = len(listed) // 2 if count is None else count
        return {"join": [b64(keyring.MAGIC), {"blob": "root"}, b64(bytes([number])), *listed]}

    printed = {"fingerprint": b64(fingerprint(ROOT_KEY.public))}
    known = {**printed, "floors": {}}
    one, two = packed(*agency), packed(*agency, *oversight)
    book.gives("one console", "keyring.verified", keyring=one, **known)
    book.gives("two consoles", "keyring.verified", keyring=two, **known)
    book.gives(
        "a serial at its floor",
        "keyring.verified",
        keyring=two,
        **printed,
        floors={"agency": 5, "elsewhere": 9},
    )
    book.fails(
        "serial",
        "a serial below its floor",
        "keyring.verified",
        keyring=two,
        **printed,
        floors={"oversight": 6},
    )
    for name, code in (("agency", "agency-matters"), ("oversight", "oversight-matters")):
        book.gives(f"a category of the {name}", "keyring.find", keyring=two, **printed, category=code)
    book.fails("category", "an unknown category", "keyring.find", keyring=two, **printed, category="other")
    book.fails(
        "magic",
        "a board's magic",
        "keyring.verified",
        keyring={"edit": one, "put": [[0, b64(board.MAGIC)]]},
        **known,
    )
    book.fails(
        "root",
        "another root's fingerprint",
        "keyring.verified",
        keyring=one,
        fingerprint=b64(seed("other")),
        floors={},
    )
    changed = {"edit": one, "put": [[5, b64(bytes([ROOT_KEY.public[0] ^ 1]))]]}
    book.fails("root", "another root", "keyring.verified", keyring=changed, **known)
    whole = len(bytes_of(one, book.blobs))
    for size in (0, 4, 100, 1989, 1992, whole - 1, whole + 1):
        book.fails(
            "size",
            f"{size} of {whole} bytes",
            "keyring.verified",
            keyring={"edit": one, "put": [], "size": size},
            **known,
        )
    huge = {"edit": one, "put": [[1990, "_____w"]]}
    book.fails("size", "a payload said to be 4 GiB", "keyring.verified", keyring=huge, **known)
    add_signatures(book, one, packed, agency, oversight, known)
    add_certificates(book, packed, agency, known)
    book.fails("sections", "no section", "keyring.verified", keyring=packed(), **known)
    book.fails("sections", "one console twice", "keyring.verified", keyring=packed(*agency, *agency), **known)
    book.fails(
        "sections",
        "three sections",
        "keyring.verified",
        keyring=packed(*agency, *oversight, *agency),
        **known,
    )
    same = a_section(
        "oversight", categories=(section.Category("agency-matters", "Taken", DESKS["oversight"]),)
    )
    taken = packed(*agency, oversight[0], b64(same.pack()))
    book.fails("sections", "a category of two consoles", "keyring.verified", keyring=taken, **known)
    book.fails(
        "size",
        "two sections promised, one there",
        "keyring.verified",
        keyring=packed(*agency, count=2),
        **known,
    )
    for name, today in (("first", "2026-02-01"), ("last", "2026-02-14")):
        book.gives(f"on its {name} day", "keyring.check_dates", keyring=two, **printed, today=today)
    for name, today in (
        ("the day before", "2026-01-31"),
        ("the day after", "2026-02-15"),
        ("1970", "1970-01-01"),
    ):
        book.fails("dates", name, "keyring.check_dates", keyring=two, **printed, today=today)
    return book


def add_signatures(
    book: Book, one: Any, packed: Any, agency: list[Any], oversight: list[Any], known: Any
) -> None:
    """Add keyrings that nobody signed so."""
    data = bytes_of(one, book.blobs)
    at = len(keyring.MAGIC) + 1984 + 1
    certificate_end = at + len(bytes_of(agency[0], book.blobs))
    ends = {"the certificate": certificate_end, "the section": len(data)}
    starts = {"the certificate": at + 4, "the section": certificate_end + 4}
    for what in ends:
        signed = ends[what] - SIGNATURE_SIZE
        places = (
            ("payload", starts[what] + 20),
            ("Ed25519 signature", signed + 40),
            ("ML-DSA signature", signed + 64 + 100),
            ("last byte", ends[what] - 1),
        )
        for name, place in places:
            changed = {"edit": one, "put": [[place, b64(bytes([data[place] ^ 1]))]]}
            book.fails(
                "signature", f"{what}: its {name} changed", "keyring.verified", keyring=changed, **known
            )
    crossed = packed(agency[0], oversight[1])
    book.fails(
        "signature",
        "another console's section under this certificate",
        "keyring.verified",
        keyring=crossed,
        **known,
    )
    relabelled = b64(a_section("agency", label="board").pack())
    book.fails(
        "signature",
        "a section signed as a board",
        "keyring.verified",
        keyring=packed(agency[0], relabelled),
        **known,
    )


def add_certificates(book: Book, packed: Any, agency: list[Any], known: Any) -> None:
    """Add keyrings that are signed and say what their signer may not say."""
    foreign = b64(a_certificate("agency", agency=seed("other", 8)).pack())
    book.fails(
        "agency",
        "a certificate of another agency",
        "keyring.verified",
        keyring=packed(foreign, agency[1]),
        **known,
    )
    posing = b64(a_section("oversight", signer="agency").pack())
    book.fails(
        "console",
        "a signer that speaks for another console",
        "keyring.verified",
        keyring=packed(agency[0], posing),
        **known,
    )
    slipped = section.Desk(DESKS["oversight"], "Oversight", PrivateKey(seed("thief")).public)
    for name, changes in (
        ("a desk that the certificate does not name", {"desks": (slipped,), "categories": ()}),
        (
            "a category of a desk that is not there",
            {"categories": (section.Category("x", "X", DESKS["oversight"]),)},
        ),
    ):
        listed = packed(agency[0], b64(a_section("agency", **changes).pack()))
        book.fails("desks", name, "keyring.verified", keyring=listed, **known)
    later = b64(resigned(a_section("agency"), "agency", section.LABEL, suite=2).pack())
    book.fails("suite", "a suite of later", "keyring.verified", keyring=packed(agency[0], later), **known)
    for name, changes in (
        ("a sorting key that is too short", {"sorting": b64(bytes(1215))}),
        ("desks that are an object", {"desks": {}}),
    ):
        broken = resigned(a_section("agency"), "agency", section.LABEL, **changes)
        listed = packed(agency[0], b64(broken.pack()))
        book.fails("fields", name, "keyring.verified", keyring=listed, **known)


def resigned(signed: Signed, signer: str, label: str, **changes: Any) -> Signed:
    """Return a payload with other JSON fields, signed again."""
    fields = {**json.loads(signed.payload), **changes}
    return SIGNERS[signer].sign(label, json.dumps(fields, ensure_ascii=False).encode())


def boards(_: Node) -> Book:
    listed = [seed(f"slot {at}", 1024) for at in range(2)]
    tokens = [seed(f"token {at}", 16) for at in range(3)]
    head = board.Head("agency", 9, date(2026, 2, 3), seed("previous"), 2, 3, board.digest(listed, tokens))
    nothing = board.Head("oversight", 1, date(2026, 2, 3), bytes(32), 0, 0, board.digest([], []))
    book = Book(
        "boards.json",
        "Boards: section 8.3",
        root=ROOT_KEY.public, certificate=a_certificate("agency").pack(), head=SIGNERS["agency"].sign(board.LABEL, head.encode()).pack(), listed=b"".join(listed + tokens), oversight=a_certificate("oversight").pack()
            + SIGNERS["oversight"].sign(board.LABEL, nothing.encode()).pack(),
    )
    first, rest = [{"blob": "certificate"}, {"blob": "head"}, {"blob": "listed"}], {"blob": "oversight"}

    def packed(*parts: Any, count: int = 1) -> dict[str, Any]:
        return {"join": [b64(board.MAGIC), b64(bytes([count])), *parts]}

    root = {"root": {"blob": "root"}}
    one = packed(*first)
    book.gives("one console", "board.verified", board=one, **root)
    book.gives(
        "two consoles, one with nothing to say", "board.verified", board=packed(*first, rest, count=2), **root
    )
    book.gives("no console", "board.verified", board=packed(count=0), **root)
    book.fails(
        "magic",
        "a keyring's magic",
        "board.verified",
        board={"edit": one, "put": [[0, b64(keyring.MAGIC)]]},
        **root,
    )
    data = bytes_of(one, book.blobs)
    for size in (0, 5, 6, 9, len(data) - 1, len(data) + 1):
        book.fails(
            "size",
            f"{size} of {len(data)} bytes",
            "board.verified",
            board={"edit": one, "put": [], "size": size},
            **root,
        )
    listed_at = len(data) - len(bytes_of({"blob": "listed"}, book.blobs))
    for name, at in (("a label", listed_at), ("a slot", listed_at + 1500), ("a token", len(data) - 1)):
        changed = {"edit": one, "put": [[at, b64(bytes([data[at] ^ 1]))]]}
        book.fails("hash", f"{name} changed", "board.verified", board=changed, **root)
    swapped = {"edit": one, "put": [[listed_at, b64(listed[1] + listed[0])]]}
    book.fails("hash", "two slots swapped", "board.verified", board=swapped, **root)
    other = {"root": b64(SIGNERS["agency"].public)}
    book.fails("signature", "under another root", "board.verified", board=one, **other)
    for name, at in (
        ("the head's payload", listed_at - SIGNATURE_SIZE - 5),
        ("Ed25519 half", listed_at - SIGNATURE_SIZE),
        ("ML-DSA half", listed_at - 1),
    ):
        changed = {"edit": one, "put": [[at, b64(bytes([data[at] ^ 1]))]]}
        book.fails(
            "signature", f"the head's signature: {name} changed", "board.verified", board=changed, **root
        )
    foreign = b64(a_certificate("agency", agency=seed("other", 8)).pack())
    book.fails(
        "agency",
        "a certificate of another agency",
        "board.verified",
        board=packed(foreign, *first[1:]),
        **root,
    )
    posing = b64(SIGNERS["agency"].sign(board.LABEL, replace(head, console="oversight").encode()).pack())
    book.fails(
        "console",
        "a signer that speaks for another console",
        "board.verified",
        board=packed(first[0], posing, first[2]),
        **root,
    )
    signed = Signed(head.encode(), b"")
    for name, payload in broken_heads(signed).items():
        broken = b64(SIGNERS["agency"].sign(board.LABEL, payload).pack())
        book.fails("fields", name, "board.verified", board=packed(first[0], broken, first[2]), **root)
    return book


def broken_heads(signed: Signed) -> dict[str, bytes]:
    """Return signed JSON that is not as described: the rules are those of keyrings and certificates too."""
    fields = json.loads(signed.payload)
    text = signed.payload.decode()
    changes: dict[str, dict[str, Any]] = {
        "version 2": {"v": 2},
        "version true": {"v": True},
        "a field too many": {"more": 1},
        "an empty console": {"console": ""},
        "a console of 201 characters": {"console": "c" * 201},
        "a console with half a surrogate pair": {"console": "\ud800"},
        "a serial of 2^32": {"serial": 2**32},
        "a negative serial": {"serial": -1},
        "February 30": {"day": "2026-02-30"},
        "a day without hyphens": {"day": "20260203"},
        "a day of the year 0": {"day": "0000-01-01"},
        "a hash of 31 bytes": {"sha256": b64(bytes(31))},
        "8,193 slots": {"slots": board.SLOTS_MAX + 1},
        "262,145 tokens": {"tokens": board.TOKENS_MAX + 1},
    }
    return {
        **{name: json.dumps({**fields, **with_}).encode() for name, with_ in changes.items()},
        "a field missing": json.dumps(
            {name: value for name, value in fields.items() if name != "day"}
        ).encode(),
        "a fraction": text.replace('"serial":9', '"serial":9.0').encode(),
        "an array": b"[]",
        "not JSON": b"{",
        "a byte order mark": b"\xef\xbb\xbf" + signed.payload,
        "UTF-16": text.encode("utf-16-be"),
    }


BOOKS: tuple[Callable[[Node], Book], ...] = (
    suites, receipts, schedules, paddings, messages, headers, stanzas, envelopes, rewraps, parcels, slots, keyrings, boards,
)  # fmt: skip


def main() -> None:
    """Make all files again."""
    with Node() as node:
        for make in BOOKS:
            make(node).write()
    failures()


if __name__ == "__main__":
    main()

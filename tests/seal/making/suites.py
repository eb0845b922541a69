"""Vectors of the suite, the receipt code and the key schedule."""

from __future__ import annotations

from tests.seal.making.book import Book, b64, seed
from tests.seal.node import Node
from tipline.seal import receipt
from tipline.seal.suite import HYBRID, encrypt


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
    key = HYBRID.private(seed("desk"))
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

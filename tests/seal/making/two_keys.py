"""Vectors of an envelope whose body opens under two keys."""

from __future__ import annotations

from tests.seal.making import salamander
from tests.seal.making.addressed import AGENCY
from tests.seal.making.book import Book, b64, seed
from tests.seal.test_vectors import bytes_of
from tipline.seal import docket, header, layout, padding, receipt, schedule, stanza
from tipline.seal.suite import HYBRID, encrypt


def make_salamander() -> tuple[bytes, bytes, bytes, bytes]:
    """Return an envelope whose body opens under two K_text, the two, and the ciphertext of its body.

    Each half of the body can be read under one of them. The header commits to the first.
    """
    salt, key = seed("salamander"), seed("salamander K")
    first = schedule.text_key(HYBRID, key, salt)
    head = header.Header(1, 7, AGENCY, salt, schedule.commitment(HYBRID, first, salt)).pack()
    first_stream = salamander.keystream(schedule.body_key(HYBRID, first, salt), padding.SIZE)
    # A second key under which the first two bytes, the length, come out the same.
    for attempt in range(10**7):
        other = seed(f"salamander K {attempt}")
        second = schedule.text_key(HYBRID, other, salt)
        second_stream = salamander.keystream(schedule.body_key(HYBRID, second, salt), padding.SIZE)
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
        stanza.seal(HYBRID, HYBRID.private(seed(name)).public, head, stanza.Stanza(stanza.WHOLE, k))
        for name, k in (("desk", key), ("other desk", other))
    ]
    stanzas += [stanza.seal(HYBRID, HYBRID.generate().public, head, stanza.Stanza(1, key)) for _ in range(3)]
    keys = receipt.keys(HYBRID, seed("receipt", 16), AGENCY)
    reply = encrypt(schedule.reply_part_key(HYBRID, key, salt), keys.reply + keys.follow_up, head)
    before = head + b"".join(stanzas) + reply
    bodies = (schedule.body_key(HYBRID, first, salt), schedule.body_key(HYBRID, second, salt))
    body = salamander.forge(*bodies, bytes(ciphertext), padding.SIZE - 3 * salamander.BLOCK, before)
    what = docket.Docket(bytes(16), "no", keys.acknowledgement)
    dockets = [
        docket.seal(HYBRID, HYBRID.private(seed("sorting")).public, before + body, what) for _ in range(2)
    ]
    return before + body + b"".join(dockets), first, second, body


def add_salamander(book: Book, first: bytes, second: bytes) -> None:
    """Add the ciphertext for two keys: AES-GCM opens it twice, the commitment refuses the second."""
    envelope, parts = {"blob": "salamander"}, layout.split(bytes_of({"blob": "salamander"}, book.blobs))
    salt = parts.header.salt
    book.blobs["salamander body"] = b64(parts.body)
    book.blobs["before salamander body"] = b64(parts.before_body)
    for name, text_key in (("first", first), ("second", second)):
        given = {"sealed": {"blob": "salamander body"}, "aad": {"blob": "before salamander body"}}
        key = b64(schedule.body_key(HYBRID, text_key, salt))
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

"""Live: what Python seals JavaScript opens, and the other way round, in one Node process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of, plain
from tipline.errors import FormatError
from tipline.seal import docket, message, opening, parcel, receipt, rewrap, sealing, slot, stanza
from tipline.seal.message import from_base64, to_base64
from tipline.seal.padding import MESSAGE_MAX
from tipline.seal.suite import APPROVED, HYBRID, PrivateKey

AGENCY = b"agency-1"
RECEIPT = bytes(range(16))
KEYS = receipt.keys(HYBRID, RECEIPT, AGENCY)
WHAT = docket.Docket(bytes(range(16)), "unsure", KEYS.acknowledgement)
DESKS = [HYBRID.generate() for _ in range(5)]
CONSOLES = [HYBRID.generate() for _ in range(2)]
STRANGER = HYBRID.generate()

TEXTS = [
    "",
    "They meet behind the harbour at night.",
    "Ils reviennent chaque mardi, près de l'église — 30 000 €.",
    "Они прячут оружие в подвале. Ґанок, Ђурђевдан.",
    "يخبئون الأموال في ٣ صناديق. \u200fهنا\u200e",
    "הם מעבירים כסף בלילה",
    "他们每周二贩卖象牙。𠮷野家",
    "वे बच्चों को सीमा पार ले जाते हैं।",
    "พวกเขาขายยาเสพติด",
    'quotes " \\ / \b\f\n\r\t \0 \x1f \x7f \u2028\u2029 \ufeff </script> 👩🏽‍🚒',
]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as running:
        yield running


def make_message(text: str) -> message.Message:
    return message.Message(
        kind="tip",
        via="page",
        lang="en",
        category="drugs",
        danger=WHAT.danger,
        desk=WHAT.desk,
        acknowledgement=KEYS.acknowledgement,
        thread=KEYS.thread,
        counter=0,
        text=text,
        files=(message.File(text, "image/jpeg", 7, bytes(32), (bytes(32),)),),
        dummies=(b"\xff" * 32,),
    )


def filled(size: int) -> bytes:
    """Return a message's JSON of exactly *size* bytes."""
    empty = len(message.encode(make_message("")))
    text = "я" * ((size - empty) // 4)  # two bytes each, in the text and in the file's name
    left = size - len(message.encode(make_message(text)))
    return message.encode(make_message(text)).replace(b'"text":"', b'"text":"' + b"x" * left)


def seal_python(said: bytes, desks: int, consoles: int) -> bytes:
    publics = [[key.public for key in keys] for keys in (DESKS[:desks], CONSOLES[:consoles])]
    return sealing.seal(sealing.Address(HYBRID, AGENCY, 9, *publics), WHAT, KEYS, said)


def seal_node(node: Node, said: bytes, desks: int, consoles: int) -> dict[str, Any]:
    return node.ask(
        "seal",
        suite=1,
        agency=to_base64(AGENCY),
        epoch=9,
        desk_keys=[to_base64(key.seed) for key in DESKS[:desks]],
        sorting_keys=[to_base64(key.seed) for key in CONSOLES[:consoles]],
        docket=plain(WHAT),
        receipt=to_base64(RECEIPT),
        message=to_base64(said),
    )


def read_python(envelope: bytes, desk: PrivateKey) -> dict[str, Any] | None:
    key = opening.open_stanza(envelope, desk)
    if key is None:
        return None
    body = opening.open_body(envelope, opening.text_key_of(envelope, key))
    assert opening.open_reply(envelope, key) == (KEYS.reply, KEYS.follow_up)
    assert opening.is_from(HYBRID, body, KEYS.follow_up)
    return plain(message.decode(body.message))  # type: ignore[no-any-return]


def read_node(node: Node, envelope: bytes, desk: PrivateKey) -> dict[str, Any] | None:
    read = node.gives("opening.read", envelope=to_base64(envelope), seed=to_base64(desk.seed))
    if read is None:
        return None
    assert read["from"] is True
    assert (read["reply"], read["follow_up"]) == (to_base64(KEYS.reply), to_base64(KEYS.follow_up))
    return read["message"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_it_opens_what_the_other_sealed(node: Node, text: str):
    """Every text arrives letter for letter, in both directions."""
    said = message.encode(make_message(text))
    expected = plain(make_message(text))
    assert node.gives("message.encode", message=expected)["json"] == said.decode()
    assert read_node(node, seal_python(said, 1, 1), DESKS[0]) == expected
    assert read_python(bytes_of(seal_node(node, said, 1, 1)["gives"]["envelope"], {}), DESKS[0]) == expected


@pytest.mark.parametrize(
    "size", [message.encode(make_message("")).__len__(), 5000, MESSAGE_MAX - 1, MESSAGE_MAX]
)
def test_it_carries_any_size_in_the_same_bytes(node: Node, size: int):
    """From the shortest message to the longest, an envelope has one length and opens on the other side."""
    said = filled(size)
    assert len(said) == size
    expected = plain(message.decode(said))
    ours, theirs = seal_python(said, 2, 2), bytes_of(seal_node(node, said, 2, 2)["gives"]["envelope"], {})
    assert len(ours) == len(theirs) == 24_824
    assert read_node(node, ours, DESKS[1]) == expected
    assert read_python(theirs, DESKS[1]) == expected


def test_it_refuses_one_byte_too_many(node: Node):
    """Neither language cuts a message to make it fit."""
    said = filled(MESSAGE_MAX + 1)
    assert seal_node(node, said, 1, 1) == {"failure": "too long"}
    with pytest.raises(FormatError, match="too long"):
        seal_python(said, 1, 1)


def test_a_body_of_no_message_at_all_still_opens(node: Node):
    """Zero bytes are sealed and opened by both; that they are no message is said by the message's reader."""
    envelope = bytes_of(seal_node(node, b"", 1, 1)["gives"]["envelope"], {})
    key = opening.open_stanza(envelope, DESKS[0])
    assert key
    assert opening.open_body(envelope, opening.text_key_of(envelope, key)).message == b""
    asked = {"envelope": to_base64(seal_python(b"", 1, 1)), "seed": to_base64(DESKS[0].seed)}
    assert node.ask("opening.read", **asked) == {"failure": "message"}


def test_it_serves_every_recipient_and_nobody_else(node: Node):
    """Five desks and two consoles fill every place; each finds its own, a stranger nothing."""
    said = message.encode(make_message("to all"))
    ours, theirs = seal_python(said, 5, 2), bytes_of(seal_node(node, said, 5, 2)["gives"]["envelope"], {})
    for desk in DESKS:
        assert read_node(node, ours, desk) == read_python(theirs, desk) == plain(make_message("to all"))
    for console in CONSOLES:
        given = {"envelope": to_base64(ours), "seed": to_base64(console.seed)}
        assert node.gives("opening.open_docket", **given) == plain(WHAT)
        assert opening.open_docket(theirs, console) == WHAT
    assert read_node(node, ours, STRANGER) is None
    assert read_python(theirs, STRANGER) is None
    assert opening.open_docket(theirs, STRANGER) is None


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_a_recipient_stands_at_any_place(node: Node, language: str):
    """Both shuffle stanzas and dockets: a place would tell how many recipients are real."""
    said = message.encode(make_message(""))
    seen: set[tuple[str, int]] = set()
    for _ in range(200):
        if language == "python":
            envelope = seal_python(said, 1, 1)
        else:
            envelope = bytes_of(seal_node(node, said, 1, 1)["gives"]["envelope"], {})
        parts = opening.layout.split(envelope)
        desks = [stanza.open_(DESKS[0], parts.header_bytes, sealed) for sealed in parts.stanzas]
        consoles = [docket.open_(CONSOLES[0], parts.before_dockets, sealed) for sealed in parts.dockets]
        for kind, opened in (("stanza", desks), ("docket", consoles)):
            (place,) = [at for at, found in enumerate(opened) if found is not None]
            seen.add((kind, place))
        if len(seen) == 7:
            break
    assert seen == {("stanza", at) for at in range(5)} | {("docket", at) for at in range(2)}


def test_two_sealings_share_nothing(node: Node):
    """K and salt are fresh each time: the same words sealed twice are two envelopes."""
    said = message.encode(make_message("again"))
    first, second = (bytes_of(seal_node(node, said, 1, 1)["gives"]["envelope"], {}) for _ in range(2))
    one, two = opening.layout.split(first), opening.layout.split(second)
    assert one.header.salt != two.header.salt
    assert opening.open_stanza(first, DESKS[0]) != opening.open_stanza(second, DESKS[0])
    assert not set(one.stanzas) & set(two.stanzas)


def test_it_unwraps_what_the_other_wrapped(node: Node):
    """Routing crosses languages as well."""
    name, desk, key = bytes(range(32)), bytes(range(16)), b"k" * 32
    what = rewrap.unpack(bytes([3, 0, 0, 0]) + key)
    asked = {"seed": to_base64(DESKS[0].seed), "envelope_id": to_base64(name), "desk": to_base64(desk)}
    ours = rewrap.rewrap(HYBRID, DESKS[0].public, name, desk, what)
    assert node.gives("rewrap.unwrap", **asked, sealed=to_base64(ours)) == plain(what)
    theirs = node.gives("rewrap", **asked, kind=3, key=to_base64(key))["sealed"]
    assert rewrap.unwrap(DESKS[0], name, desk, bytes_of(theirs, {})) == what


@pytest.mark.parametrize("text", [*TEXTS, "ж" * 5000], ids=range(len(TEXTS) + 1))
def test_it_finds_the_reply_that_the_other_wrote(node: Node, text: str):
    """A reply is found by label among dummies, and its parts are joined, whoever sealed it."""
    reply = slot.Reply(bytes(range(16)), WHAT.desk, 20_000, text)
    ours = b"".join([slot.dummy(), *reversed(slot.seal(HYBRID, KEYS.reply, 3, reply)), slot.dummy()])
    asked = {"reply_key": to_base64(KEYS.reply)}
    assert node.gives("slot.find", **asked, slots=to_base64(ours))["replies"] == [plain(reply)]
    given = {
        "first_index": 3,
        "id": plain(reply.id),
        "desk": plain(reply.desk),
        "day": reply.day,
        "text": text,
    }
    theirs = [bytes_of(each, {}) for each in node.gives("slots", **asked, **given)["slots"]]
    assert slot.find(HYBRID, KEYS.reply, [slot.dummy(), *theirs]) == [reply]


def test_a_parcel_is_the_same_bytes_in_both(node: Node):
    """Parcels are deterministic: the same piece of the same file gives the same address."""
    piece = bytes(range(256)) * 100
    sealed = rewrap.envelope_id(parcel.seal(HYBRID, b"f" * 32, 0, 1, piece))
    given = {"file_key": to_base64(b"f" * 32), "index": 0, "count": 1, "piece": to_base64(piece)}
    assert from_base64(node.gives("parcel.seal", **given)["sha256"], 32) == sealed


def test_the_second_suite_crosses_too(node: Node):
    """Sealed by each and opened by the other, to five desks and two consoles, in one length of its own."""
    keys = receipt.keys(APPROVED, RECEIPT, AGENCY)
    what = docket.Docket(WHAT.desk, "yes", keys.acknowledgement)
    desks, consoles = ([APPROVED.generate() for _ in range(count)] for count in (5, 2))
    said = message.encode(make_message("to all"))
    publics = [[key.public for key in each] for each in (desks, consoles)]
    ours = sealing.seal(sealing.Address(APPROVED, AGENCY, 9, *publics), what, keys, said)
    seeds = [[to_base64(key.seed) for key in each] for each in (desks, consoles)]
    asked = {"suite": 2, "agency": to_base64(AGENCY), "epoch": 9, "docket": plain(what)}
    asked |= {"desk_keys": seeds[0], "sorting_keys": seeds[1]}
    made = node.gives("seal", **asked, receipt=to_base64(RECEIPT), message=to_base64(said))
    theirs = bytes_of(made["envelope"], {})
    assert len(ours) == len(theirs) == 28_639
    for desk in desks:
        given = {"suite": 2, "envelope": to_base64(ours), "seed": to_base64(desk.seed)}
        assert node.gives("opening.read", **given)["from"] is True
        key = opening.open_stanza(theirs, desk)
        assert key
        body = opening.open_body(theirs, opening.text_key_of(theirs, key))
        assert body.message == said
        assert opening.is_from(APPROVED, body, keys.follow_up)
    assert all(opening.open_docket(theirs, console) == what for console in consoles)

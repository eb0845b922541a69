"""Every vector of tests/vectors/, in Python. JavaScript's half is vectors.test.mjs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tipline.board import board
from tipline.errors import FormatError
from tipline.keyring import keyring, revocation
from tipline.keyring.reader import Reader
from tipline.seal import (
    acknowledgement,
    docket,
    header,
    message,
    opening,
    padding,
    parcel,
    quorum,
    receipt,
    rewrap,
    schedule,
    sealing,
    slot,
    stanza,
    suite,
)

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "tests" / "vectors"
FAILURES = json.loads((FOLDER / "failures.json").read_text())["failures"]
FILES = {
    path.name: json.loads(path.read_text())
    for path in sorted(FOLDER.glob("*.json"))
    if path.name != "failures.json"
}
OUTCOMES = {"gives", "none", "failure"}


def bytes_of(value: Any, blobs: dict[str, Any]) -> bytes:
    """Make the bytes that a vector describes: tests/vectors/README.md."""
    if isinstance(value, str):
        return message.from_base64(value, len(value) * 3 // 4)
    match sorted(value):
        case ["utf8"]:
            return value["utf8"].encode()
        case ["repeat", "size"]:
            unit = bytes_of(value["repeat"], blobs)
            return (unit * (value["size"] // len(unit) + 1))[: value["size"]]
        case ["join"]:
            return b"".join(bytes_of(part, blobs) for part in value["join"])
        case ["blob"]:
            return bytes_of(blobs[value["blob"]], blobs)
        case ["edit", "put"] | ["edit", "put", "size"]:
            data = bytearray(bytes_of(value["edit"], blobs))
            size = value.get("size", len(data))
            data = data[:size].ljust(size, b"\0")
            for at, part in value["put"]:
                new = bytes_of(part, blobs)
                data[at : at + len(new)] = new
            return bytes(data)
    raise ValueError(f"bytes written as {value.keys()}")


def plain(value: Any) -> Any:
    """Return *value* as vectors write it."""
    if isinstance(value, bytes):
        return message.to_base64(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


class Given:
    """The arguments of a vector, each taken once; none may be left."""

    def __init__(self, fields: dict[str, Any], blobs: dict[str, Any]) -> None:
        self.fields = dict(fields)
        self.blobs = blobs

    def take(self, name: str) -> Any:
        return self.fields.pop(name)

    def bytes(self, name: str) -> bytes:
        return bytes_of(self.take(name), self.blobs)

    def suite(self) -> suite.Suite:
        """Where no vector says otherwise it is the first."""
        return suite.suite_of(self.fields.pop("suite", 1))

    def private(self, name: str = "seed") -> suite.PrivateKey:
        return self.suite().private(self.bytes(name))

    def finish(self) -> None:
        assert not self.fields, f"unknown arguments {sorted(self.fields)}"


def digest(data: bytes | None) -> dict[str, Any] | None:
    return None if data is None else {"size": len(data), "sha256": hashlib.sha256(data).digest()}


def keys_of(given: Given) -> dict[str, bytes]:
    key, salt = given.bytes("key"), given.bytes("salt")
    chosen = given.suite()
    text = schedule.text_key(chosen, key, salt)
    return {
        "text_key": text,
        "commitment": schedule.commitment(chosen, text, salt),
        "body_key": schedule.body_key(chosen, text, salt),
        "reply_part_key": schedule.reply_part_key(chosen, key, salt),
    }


def parse_header(given: Given) -> header.Header:
    data = given.bytes("header")
    head = header.parse(data)
    assert head.pack() == data[: header.SIZE]
    return head


def unpad(given: Given) -> dict[str, Any]:
    body = padding.unpad(given.bytes("plaintext"))
    return {**(digest(body.message) or {}), "mac": body.mac}


def unpack(kind: Any, given: Given) -> Any:
    plaintext = given.bytes("plaintext")
    opened = kind.unpack(plaintext)
    assert opened.pack() == plaintext
    return opened


def encode_message(given: Given) -> dict[str, str]:
    fields = {"v": 1, **given.take("message")}
    said = message.decode(json.dumps(fields).encode())
    return {"json": message.encode(said).decode()}


def read(given: Given) -> dict[str, Any] | None:
    """Open an envelope as its desk does: stanza, body, reply part, message."""
    envelope = given.bytes("envelope")
    private = given.private()
    key = opening.open_stanza(envelope, private)
    if key is None:
        return None
    text_key = opening.text_key_of(envelope, key)
    body = opening.open_body(envelope, text_key)
    reply, follow_up = opening.open_reply(envelope, key)
    return {
        "key": key,
        "text_key": text_key,
        "reply": reply,
        "follow_up": follow_up,
        "from": opening.is_from(private.suite, body, follow_up),
        "message": message.decode(body.message),
    }


def open_stanza(given: Given) -> dict[str, bytes] | None:
    key = opening.open_stanza(given.bytes("envelope"), given.private())
    return None if key is None else {"key": key}


def combine(given: Given) -> dict[str, Any]:
    """Combine shares, each written as what "opening.open_share" gives."""
    shares = [stanza.Stanza(**{**share, "key": bytes_of(share["key"], {})}) for share in given.take("shares")]
    combined = quorum.combine(given.bytes("envelope"), shares)
    return {"key": combined.key, "bad": combined.bad}


def open_reply(given: Given) -> dict[str, bytes]:
    return dict(
        zip(
            ("reply", "follow_up"),
            opening.open_reply(given.bytes("envelope"), given.bytes("key")),
            strict=True,
        )
    )


def is_from(given: Given) -> dict[str, bool]:
    body = opening.open_body(given.bytes("envelope"), given.bytes("text_key"))
    return {"from": opening.is_from(given.suite(), body, given.bytes("follow_up"))}


def seal(given: Given) -> bytes:
    """Seal an envelope from arguments as they stand in a vector; public keys are given by their seeds."""
    chosen, agency, what = given.suite(), given.bytes("agency"), dict(given.take("docket"))
    desk_keys, sorting_keys = (
        [chosen.private(bytes_of(seed, {})).public for seed in given.take(name)]
        for name in ("desk_keys", "sorting_keys")
    )
    k = given.fields.pop("k", 1)
    address = sealing.Address(chosen, agency, given.take("epoch"), desk_keys, sorting_keys, k)
    named = docket.Docket(
        bytes_of(what.pop("desk"), {}), what.pop("danger"), bytes_of(what.pop("acknowledgement"), {})
    )
    assert not what
    keys = receipt.keys(chosen, given.bytes("receipt"), agency)
    return sealing.seal(address, named, keys, given.bytes("message"))


def parcel_from(value: Any) -> bytes:
    """A parcel: bytes, or what it was sealed from."""
    if isinstance(value, str) or "file_key" not in value:
        return bytes_of(value, {})
    given = Given(value, {})
    sealed = parcel.seal(
        given.suite(), given.bytes("file_key"), given.take("index"), given.take("count"), given.bytes("piece")
    )
    given.finish()
    return sealed


def open_file(given: Given) -> dict[str, Any] | None:
    parcels = [parcel_from(value) for value in given.take("parcels")]
    return digest(
        b"".join(parcel.open_file(given.suite(), given.bytes("file_key"), given.take("size"), parcels))
    )


def seal_slots(given: Given) -> dict[str, int]:
    reply = slot.Reply(bytes(16), bytes(16), 1, given.bytes("text").decode())
    return {
        "slots": len(slot.seal(given.suite(), given.bytes("reply_key"), given.take("first_index"), reply))
    }


def verified_keyring(
    given: Given, floors: dict[str, int] | None = None, revocations_floor: int = 0
) -> keyring.Keyring:
    own = given.fields.pop("own_suite", None)
    known = (floors, revocations_floor, own and suite.suite_of(own))
    return keyring.verified(given.bytes("keyring"), given.bytes("fingerprint"), *known)


def show_keyring(given: Given) -> dict[str, Any]:
    verified = verified_keyring(given, given.take("floors"), given.take("revocations_floor"))
    return {
        "agency": verified.agency,
        "revocations": show_list(verified.revocations),
        "missing": [one.name for one in verified.missing],
        "epoch": verified.epoch,
        "epochs": sorted(verified.epochs),
        "sections": [show_vouched(vouched) for vouched in verified.sections],
    }


def show_list(listed: Any) -> dict[str, Any]:
    return {
        **asdict(listed),
        "revoked": sorted(signer.hex() for signer in listed.revoked),
        "consoles": [{**asdict(one), "categories": sorted(one.categories)} for one in listed.consoles],
    }


def show_vouched(vouched: Any) -> dict[str, Any]:
    shown = asdict(vouched.section)
    shown["sorting"] = sha256(shown["sorting"])
    shown["desks"] = [{**desk, "keys": [sha256(key) for key in desk["keys"]]} for desk in shown["desks"]]
    says = asdict(vouched.certificate)
    says["signer"] = sha256(says["signer"])
    says["desks"] = sorted(desk.hex() for desk in says["desks"])
    return {**shown, "certificate": says}


def check_dates(given: Given) -> dict[str, Any]:
    today = date.fromisoformat(given.take("today"))
    verified_keyring(given).check_dates(given.take("category"), today)
    return {}


def find_category(given: Given) -> dict[str, Any]:
    section, category, desk = verified_keyring(given).find(given.take("category"))
    return {"console": section.console, "name": category.name, "desk": desk.id}


def show_board(given: Given) -> dict[str, Any]:
    root, signed = given.bytes("root"), Reader(given.bytes("revocations")).take_signed()
    sections = board.verified(given.bytes("board"), root, revocation.verified(root, signed))
    return {
        "sections": [
            {
                "console": section.head.console,
                "serial": section.head.serial,
                "day": section.head.day,
                "previous": section.head.previous,
                "audit": section.head.audit,
                "signer": sha256(section.certificate.signer),
                "slots": [sha256(each) for each in section.slots],
                "tokens": sorted(token.hex() for token in section.tokens),
            }
            for section in sections
        ]
    }


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


OPERATIONS: dict[str, Callable[[Given], Any]] = {
    "suite.public": lambda given: digest(given.private().public),
    "suite.derive": lambda given: {
        "derived": given.suite().derive(
            given.bytes("secret"),
            given.bytes("salt"),
            given.take("label"),
            given.take("size"),
            given.bytes("context"),
        )
    },
    "suite.mac": lambda given: {
        "mac": given.suite().mac(given.bytes("key"), given.take("label"), given.bytes("message"))
    },
    "suite.decrypt": lambda given: digest(
        suite.decrypt(given.bytes("key"), given.bytes("sealed"), given.bytes("aad"))
    ),
    "suite.open": lambda given: digest(given.private().open(given.bytes("info"), given.bytes("sealed"))),
    "suite.seal": lambda given: {
        "size": len(given.suite().seal(given.bytes("public"), given.bytes("info"), given.bytes("plaintext")))
    },
    "header.parse": parse_header,
    "schedule.keys": keys_of,
    "padding.pad": lambda given: digest(padding.pad(given.bytes("message"))),
    "padding.unpad": unpad,
    "message.decode": lambda given: message.decode(given.bytes("json")),
    "message.encode": encode_message,
    "stanza.unpack": lambda given: unpack(stanza, given),
    "docket.unpack": lambda given: unpack(docket, given),
    "opening.open_stanza": open_stanza,
    "opening.open_share": lambda given: opening.open_share(given.bytes("envelope"), given.private()),
    "opening.open_docket": lambda given: opening.open_docket(given.bytes("envelope"), given.private()),
    "opening.open_body": lambda given: digest(
        opening.open_body(given.bytes("envelope"), given.bytes("text_key")).message
    ),
    "opening.open_reply": open_reply,
    "opening.read": read,
    "opening.is_from": is_from,
    "quorum.combine": combine,
    "rewrap.envelope_id": lambda given: {"id": rewrap.envelope_id(given.bytes("envelope"))},
    "rewrap.unwrap": lambda given: rewrap.unwrap(
        given.private(), given.bytes("envelope_id"), given.bytes("desk"), given.bytes("sealed")
    ),
    "sealing.seal": lambda given: {"size": len(seal(given))},
    "receipt.parse": lambda given: {"entropy": receipt.parse(given.take("code"))},
    "receipt.format": lambda given: {"code": receipt.format_(given.bytes("entropy"))},
    "receipt.keys": lambda given: receipt.keys(given.suite(), given.bytes("entropy"), given.bytes("agency")),
    "parcel.count_for": lambda given: {"count": parcel.count_for(given.take("size"))},
    "parcel.padded_count": lambda given: {"count": parcel.padded_count(given.take("parcels"))},
    "parcel.seal": lambda given: digest(
        parcel.seal(
            given.suite(),
            given.bytes("file_key"),
            given.take("index"),
            given.take("count"),
            given.bytes("piece"),
        )
    ),
    "parcel.open": lambda given: digest(
        parcel.open_(
            given.suite(),
            given.bytes("file_key"),
            given.take("index"),
            given.take("count"),
            parcel_from(given.take("sealed")),
        )
    ),
    "parcel.open_file": open_file,
    "slot.label": lambda given: {
        "label": slot.label(given.suite(), given.bytes("reply_key"), given.take("index"))
    },
    "slot.seal": seal_slots,
    "slot.find": lambda given: {
        "replies": slot.find(given.suite(), given.bytes("reply_key"), slot.cut(given.bytes("slots")))
    },
    "acknowledgement.token": lambda given: {
        "token": acknowledgement.token(given.suite(), given.bytes("key"), given.take("day"))
    },
    "keyring.verified": show_keyring,
    "keyring.check_dates": check_dates,
    "keyring.find": find_category,
    "board.verified": show_board,
}


def operate(name: str, fields: dict[str, Any], blobs: dict[str, Any]) -> Any:
    """Run one operation as a vector asks for it; None means "not for me"."""
    given = Given(fields, blobs)
    result = OPERATIONS[name](given)
    given.finish()
    return plain(result)


def vectors() -> Iterator[Any]:
    for file, content in FILES.items():
        for vector in content["vectors"]:
            yield pytest.param(vector, content["blobs"], id=f"{file}: {vector['name']}")


@pytest.mark.parametrize(("vector", "blobs"), list(vectors()))
def test_it_does_what_the_vector_says(vector: dict[str, Any], blobs: dict[str, Any]):
    """Each vector gives what it says, is not for this key, or is refused with its word."""
    rest = dict(vector)
    operation, given = rest.pop("do"), rest.pop("with")
    assert isinstance(rest.pop("name"), str)
    ((outcome, expected),) = rest.items()  # one outcome, and no other field
    assert outcome in OUTCOMES
    if outcome == "failure":
        assert expected in FAILURES, "this failure is not in failures.json"
        with pytest.raises(FormatError) as caught:
            operate(operation, given, blobs)
        assert caught.value.failure == expected
    else:
        result = operate(operation, given, blobs)
        assert result == (None if outcome == "none" else expected)


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_no_other_field(file: str):
    """A field that no test reads would test nothing."""
    assert set(FILES[file]) == {"about", "blobs", "vectors"}
    assert len(FILES[file]["vectors"]) == len({vector["name"] for vector in FILES[file]["vectors"]})


def test_every_failure_is_shown_by_a_vector():
    """No word for a refusal goes without a case that shows it."""
    shown = {
        vector["failure"]
        for _, content in FILES.items()
        for vector in content["vectors"]
        if "failure" in vector
    }
    assert shown == set(FAILURES)


def test_the_failures_are_those_of_the_code():
    """What the format's code can refuse is in failures.json, in both languages, and nothing else is."""
    raising = re.compile(r"(?:Format|Keyring|Receipt)Error\(\s*\"([^\"]+)\"")
    python = [
        path for name in ("seal", "keyring", "board") for path in (ROOT / "tipline" / name).glob("*.py")
    ]
    python = [path for path in python if path.parent.name != "board" or path.name == "board.py"]
    for sources in (python, (ROOT / "static" / "seal").glob("*.js")):
        found = {word for path in sources for word in raising.findall(path.read_text())}
        assert found == set(FAILURES)

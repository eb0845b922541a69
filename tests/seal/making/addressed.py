"""Sealing arguments, as vectors and the other language take them."""

from __future__ import annotations

import json
from typing import Any

from tests.seal.making.book import b64, seed
from tests.seal.test_vectors import bytes_of
from tipline.seal import docket, header, layout, message, receipt, sealing, stanza
from tipline.seal.suite import HYBRID

AGENCY = b"agency-1"
STANZA_SIZE = HYBRID.sealed_size(stanza.SIZE)
DOCKET_SIZE = HYBRID.sealed_size(docket.SIZE)
REPLY_AT = header.SIZE + layout.STANZAS * STANZA_SIZE
BODY_AT = REPLY_AT + layout.REPLY_SIZE
DOCKETS_AT = BODY_AT + layout.BODY_SIZE


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
    publics = [[HYBRID.private(seed(name)).public for name in names] for names in (desks, consoles)]
    keys = receipt.keys(HYBRID, seed("receipt", 16), AGENCY)
    return sealing.seal(
        sealing.Address(HYBRID, AGENCY, 7, *publics), what, keys, bytes_of(given["message"], {})
    )

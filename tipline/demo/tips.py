"""The demo's tips: sealed as the page seals them, and sent to the public port like anybody's."""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tipline import tip
from tipline.demo import attachments
from tipline.errors import RelayError
from tipline.keyring import keyring
from tipline.seal import receipt
from tipline.wire import paths

_TRIES, _PAUSE = 120, 0.5


def sample() -> list[dict[str, str]]:
    """Return the invented tips: category, lang, danger, text, the reply that fits, names of files if any."""
    text = resources.files("tipline.demo").joinpath("tips.toml").read_text()
    return [{key: value.strip() for key, value in item.items()} for item in tomllib.loads(text)["tip"]]


def send(
    url: str, root_fingerprint: bytes, samples: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Send *samples* to the public *url*; yield category and receipt code once each is stored."""
    with httpx.Client(base_url=url, timeout=30) as client, TemporaryDirectory() as folder:
        ring = _keyring(client, root_fingerprint, {item["category"] for item in samples})
        for item in samples:
            files = [attachments.make(name, Path(folder)) for name in item.get("files", "").split()]
            told = tip.Tip(item["category"], item["danger"], item["text"], "tool", item["lang"], files)
            draft = tip.address(ring, told)
            # Parcels first: an envelope that is there is whole.
            envelope = tip.seal(draft, lambda one: _put(client, paths.PUT_PARCEL, one))
            _put(client, paths.PUT_ENVELOPE, envelope)
            yield item["category"], receipt.format_(draft.entropy)


def _keyring(client: httpx.Client, root_fingerprint: bytes, wanted: set[str]) -> keyring.Keyring:
    """Fetch the keyring, in which all categories are after the first round of every collector."""
    pause = threading.Event()
    for _ in range(_TRIES):
        answer = client.get("/keyring")
        if answer.status_code == httpx.codes.OK:
            ring = keyring.verified(answer.content, root_fingerprint)
            if wanted <= {item.code for vouched in ring.sections for item in vouched.section.categories}:
                return ring
        pause.wait(_PAUSE)
    raise RelayError("the collector has not posted a keyring with every category")


def _put(client: httpx.Client, path: str, sealed: bytes) -> None:
    answer = client.put(
        path + hashlib.sha256(sealed).hexdigest(),
        content=sealed,
        headers={"Content-Type": "application/octet-stream", paths.WORK_HEADER: paths.NO_WORK},
    )
    if answer.status_code != httpx.codes.NO_CONTENT:
        raise RelayError(f"the relay answered {answer.status_code}: {answer.text.strip()}")

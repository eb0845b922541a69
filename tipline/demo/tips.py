"""The demo's tips: sealed as the page seals them, and sent to the public port like anybody's."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator
from importlib import resources

import httpx

from tipline import tip
from tipline.errors import RelayError
from tipline.keyring import keyring
from tipline.seal import receipt, rewrap
from tipline.wire import paths

_TRIES, _PAUSE = 120, 0.5


def sample() -> list[dict[str, str]]:
    """Return the invented tips: category, lang, danger, text, and the reply that fits."""
    text = resources.files("tipline.demo").joinpath("tips.toml").read_text()
    return [{key: value.strip() for key, value in item.items()} for item in tomllib.loads(text)["tip"]]


def send(url: str, root_fingerprint: bytes) -> Iterator[tuple[str, str]]:
    """Send every sample tip to the public *url*; yield category and receipt code once each is stored."""
    with httpx.Client(base_url=url, timeout=30) as client:
        ring = _keyring(client, root_fingerprint)
        for item in sample():
            told = tip.Tip(item["category"], item["danger"], item["text"], "tool", item["lang"])
            draft = tip.address(ring, told)
            envelope = tip.seal(draft, lambda _parcel: None)
            _put(client, envelope)
            yield item["category"], receipt.format_(draft.entropy)


def _keyring(client: httpx.Client, root_fingerprint: bytes) -> keyring.Keyring:
    """Fetch the keyring, which is there as soon as the collector's first round has posted it."""
    pause = threading.Event()
    for _ in range(_TRIES):
        answer = client.get("/keyring")
        if answer.status_code == httpx.codes.OK:
            return keyring.verified(answer.content, root_fingerprint)
        pause.wait(_PAUSE)
    raise RelayError("the collector has not posted a keyring")


def _put(client: httpx.Client, envelope: bytes) -> None:
    answer = client.put(
        paths.PUT_ENVELOPE + rewrap.envelope_id(envelope).hex(),
        content=envelope,
        headers={"Content-Type": "application/octet-stream", paths.WORK_HEADER: paths.NO_WORK},
    )
    if answer.status_code != httpx.codes.NO_CONTENT:
        raise RelayError(f"the relay answered {answer.status_code}: {answer.text.strip()}")

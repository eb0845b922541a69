"""What tipsters do in the drill: seal as the page does and send it, or write into the plain pages."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from tipline.board import board
from tipline.drill.canaries import Words
from tipline.errors import DrillError
from tipline.keyring.keyring import Keyring
from tipline.seal import docket, message, opening, parcel, receipt, rewrap, sealing, slot
from tipline.seal.suite import KEY_SIZE
from tipline.wire import paths

_RECEIPT = re.compile(r'id="receipt"[^>]*>([^<]+)<')


@dataclass(frozen=True)
class Sealed:
    """A sealed tip: parcels and envelope as they are sent, and the secrets that the drill then looks for."""

    envelope: bytes
    parcels: tuple[bytes, ...]
    key: bytes
    file_key: bytes


def seal(keyring: Keyring, words: Words, entropy: bytes) -> Sealed:
    """Seal *words* with their file under the receipt *entropy*, to the first category's desk.

    A second stanza goes to a key of the drill's own, through which it learns the envelope's key K.
    """
    section = keyring.sections[0].section
    section, category, desk = keyring.find(section.categories[0].code)
    keys, file_key, own = (
        receipt.keys(keyring.suite, entropy, keyring.agency),
        secrets.token_bytes(KEY_SIZE),
        keyring.suite.generate(),
    )
    only = parcel.seal(keyring.suite, file_key, 0, 1, words.file)
    attached = message.File(
        words.file_name, "image/jpeg", len(words.file), file_key, (rewrap.envelope_id(only),)
    )
    told = message.Message(
        "tip",
        "page",
        "en",
        category.code,
        "no",
        desk.id,
        keys.acknowledgement,
        keys.thread,
        0,
        words.text,
        (attached,),
    )
    address = sealing.Address(
        keyring.suite, keyring.agency, keyring.epoch, [*desk.keys, own.public], [section.sorting]
    )
    what = docket.Docket(desk.id, "no", keys.acknowledgement)
    envelope = sealing.seal(address, what, keys, message.encode(told))
    key = opening.open_stanza(envelope, own)
    if key is None:
        raise DrillError("the drill cannot open its own tip")
    return Sealed(envelope, (only,), key, file_key)


def send(url: str, sealed: Sealed, headers: Mapping[str, str]) -> None:
    """Do what the page does: load it, fetch keyring and board, PUT the parcels, then the envelope."""
    with httpx.Client(base_url=url, headers=dict(headers)) as browser:
        for path in ("/", "/keyring", "/board"):
            _expect(browser.get(path), 200)
        for each in sealed.parcels:
            _expect(_put(browser, paths.PUT_PARCEL, each), 204)
        _expect(_put(browser, paths.PUT_ENVELOPE, sealed.envelope), 204)


def blunder(url: str, mark: str, headers: Mapping[str, str]) -> None:
    """Send words unsealed where they do not belong: in a path, a query, a body, and in what is no HTTP."""
    with httpx.Client(base_url=url, headers=dict(headers)) as browser:
        _expect(browser.get(f"/{mark}", params={"q": mark}), 404)
        body = {"text": mark * 100}
        for refused in (browser.post("/", data=body), browser.put(f"/e/{mark}", data=body)):
            if refused.status_code < 400:
                raise DrillError(f"intake took words that are not sealed, with {refused.status_code}")


def tell_plainly(url: str, text: str, headers: Mapping[str, str]) -> bytes:
    """Write *text* into the plain pages; return the receipt's 16 bytes from the page that answers."""
    with httpx.Client(base_url=url, headers=dict(headers)) as browser:
        asked = _expect(browser.get("tell"), 200).text
        category = re.search(r'name="category" value="([^"]+)"', asked)
        if category is None:
            raise DrillError("the plain pages offer no category")
        told = browser.post("tell", data={"category": category[1], "danger": "no", "text": text})
        shown = _RECEIPT.search(_expect(told, 200).text)
        if shown is None:
            raise DrillError("the plain pages show no receipt")
        return receipt.parse(shown[1])


def read_plainly(url: str, entropy: bytes, headers: Mapping[str, str]) -> str:
    """Type the receipt into the plain pages; return the text of the page that answers."""
    with httpx.Client(base_url=url, headers=dict(headers)) as browser:
        shown = browser.post("read", data={"receipt": receipt.format_(entropy)})
        return html.unescape(_expect(shown, 200).text)


def read(url: str, keyring: Keyring, entropy: bytes, headers: Mapping[str, str]) -> list[str]:
    """Fetch the board as every visitor does, and return the replies to one receipt."""
    with httpx.Client(base_url=url, headers=dict(headers)) as browser:
        served = _expect(browser.get("/board"), 200).content
    key = receipt.keys(keyring.suite, entropy, keyring.agency).reply
    sections = board.verified(served, keyring.root_public, keyring.revocations)
    return [reply.text for section in sections for reply in slot.find(keyring.suite, key, section.slots)]


def _put(browser: httpx.Client, path: str, sealed: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/octet-stream", paths.WORK_HEADER: paths.NO_WORK}
    return browser.put(path + rewrap.envelope_id(sealed).hex(), content=sealed, headers=headers)


def _expect(answer: httpx.Response, status: int) -> httpx.Response:
    if answer.status_code != status:
        asked = answer.request
        raise DrillError(f"{asked.method} {asked.url.path} answered {answer.status_code}, not {status}")
    return answer

"""The front of a backup: what it says comes back, and nothing of it can be taken for another's."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.backup import front, manifest
from tipline.backup.front import Plain, Vouching
from tipline.backup.manifest import File, Manifest, Reach
from tipline.errors import FormatError, KeyringError
from tipline.keyring.signature import SIGNATURE_SIZE, Signed
from tipline.seal.suite import HYBRID, SUITES, PrivateKey, Suite

KEY = bytes(range(32))
VOUCHING = Vouching(
    bytes(1984), Signed(b"list", bytes(SIGNATURE_SIZE)), Signed(b"says", bytes(SIGNATURE_SIZE))
)
FILES = (File("console.db", 3, bytes(32), KEY), File("keys/epochs/2968.key", 0, bytes(32), KEY))


def made(suite: Suite) -> tuple[Plain, dict[bytes, PrivateKey]]:
    """What a front is made of, and the recovery keys of three desks."""
    holders = {bytes([number]) * 16: suite.generate() for number in (1, 2, 3)}
    plain = Plain(
        suite=suite,
        agency=b"agency!!",
        day=20_781,
        id=bytes(16),
        vouching=VOUCHING,
        epochs=frozenset({2968, 2967}),
        holders={desk: private.public for desk, private in holders.items()},
    )
    return plain, holders


PLAIN, HOLDERS = made(HYBRID)


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_what_it_says_comes_back(suite: Suite):
    """Head, vouching, epochs, K for each desk, and the manifest."""
    plain, holders = made(suite)
    sealed = front.seal(plain, KEY, b"the manifest")
    head = front.read_head(sealed)
    assert (head.suite, head.agency, head.day, head.id) == (suite.code, plain.agency, plain.day, plain.id)
    assert front.HEAD_SIZE + head.length == len(sealed)
    read = front.read(sealed)
    assert (read.vouching, read.epochs) == (VOUCHING, plain.epochs)
    assert [read.open_key(private) for private in holders.values()] == [KEY] * 3
    assert read.open_key(suite.generate()) is None
    assert read.open_manifest(KEY) == b"the manifest"
    with pytest.raises(FormatError, match="does not open"):
        read.open_manifest(bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        {"day": 1},
        {"id": bytes(15) + b"x"},
        {"epochs": frozenset({1, 2})},
        {"vouching": replace(VOUCHING, root_public=bytes(1983) + b"x")},
    ],
    ids=str,
)
def test_k_opens_in_its_own_front_only(change):
    """Its stanzas in the front of another backup are for nobody, and its manifest does not open there."""
    own = front.seal(PLAIN, KEY, b"the manifest")
    other = front.seal(replace(PLAIN, **change), KEY, b"the manifest")
    tail = len(own) - own.index((3).to_bytes(2, "big") + bytes([1]) * 16)
    mixed = front.read(other[:-tail] + own[-tail:])
    assert all(mixed.open_key(private) is None for private in HOLDERS.values())
    with pytest.raises(FormatError):
        mixed.open_manifest(KEY)


def test_a_desks_k_is_for_that_desk():
    """Under another desk's id it opens for nobody."""
    sealed = bytearray(front.seal(PLAIN, KEY, b"m"))
    at = sealed.index(bytes([2]) * 16)
    sealed[at : at + 16] = bytes([9]) * 16
    assert front.read(bytes(sealed)).open_key(HOLDERS[bytes([2]) * 16]) is None


@pytest.mark.parametrize(
    ("at", "value", "failure"),
    [
        (0, b"T1PB", "magic"),
        (4, b"\x02", "version"),
        (5, b"\x63", "suite"),
        (34, b"\xff\xff\xff\xff", "size"),
    ],
)
def test_a_head_of_another_kind_is_refused(at: int, value: bytes, failure: str):
    """Each by its name; and a front of gigabytes is not read into memory."""
    sealed = bytearray(front.seal(PLAIN, KEY, b"m"))
    sealed[at : at + len(value)] = value
    with pytest.raises(FormatError) as refused:
        front.read(bytes(sealed))
    assert refused.value.failure == failure


@given(st.integers(0, 12_000))
def test_it_ends_where_it_says(cut: int):
    """Cut anywhere, and with one byte more: refused, and nothing but refused."""
    sealed = _SEALED
    for data in (sealed[: cut % len(sealed)], sealed + b"x"):
        with pytest.raises(FormatError):
            front.read(data)


_SEALED = front.seal(PLAIN, KEY, b"m")


def test_a_manifest_comes_back():
    """Files in their order, and how far the database reaches."""
    what = Manifest(FILES, Reach(7, 8))
    assert manifest.read(what.encode()) == what


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../console.db",
        "keys/../../x",
        "keys//x",
        ".hidden",
        "keys/.x",
        "a/b/c/d",
        "a\\b",
        "a\n",
        "ä",
        "keys/",
    ],
)
def test_no_file_leaves_the_folder(name: str):
    """Who could sign a backup still writes nowhere but in the new folder."""
    what = Manifest((File(name, 3, bytes(32), KEY),), Reach(0, 0))
    with pytest.raises(KeyringError, match="fields"):
        manifest.read(what.encode())


@pytest.mark.parametrize(
    "changes", [{"size": -1}, {"size": 2**50}, {"key": b"short"}, {"sha256": b""}], ids=str
)
def test_a_manifest_is_read_strictly(changes):
    """No size that nobody has, no key of another length; and no name twice."""
    with pytest.raises(KeyringError, match="fields"):
        manifest.read(Manifest((replace(FILES[0], **changes),), Reach(0, 0)).encode())
    with pytest.raises(KeyringError, match="fields"):
        manifest.read(Manifest((FILES[0], FILES[0]), Reach(0, 0)).encode())


def test_two_fronts_of_the_same_share_nothing_that_is_sealed():
    """HPKE is fresh each time."""
    key = secrets.token_bytes(32)
    first, second = (front.read(front.seal(PLAIN, key, b"m")) for _ in range(2))
    assert not set(first.sealed.values()) & set(second.sealed.values())

"""PURE: the front of a backup: whose it is and for whom, before the first byte of what was backed up.

    magic, version, suite, agency id, day, id of this backup, length of the rest of the front
    the root's public key, the root's list of revocations, the signer's certificate
    the epochs whose keys are in it
    for each desk: its id, and K sealed to its recovery key
    length, and the manifest sealed under K

After it come the files as parcels, and last the signer's signature over the hash of all before it. The root's
public key is there to be compared with a fingerprint known from elsewhere, and is worth nothing alone.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.keyring.reader import Reader
from tipline.keyring.signature import PUBLIC_SIZE, Signed
from tipline.seal.suite import KEY_SIZE, TAG_SIZE, PrivateKey, Suite, decrypt, encrypt, suite_of

MAGIC, VERSION = b"TIPB", 1
#: The label of the signature at the end.
LABEL = "backup"
ID_SIZE = 16
_DESK_SIZE = 16
# magic, version, suite, agency, day, id, length of what follows up to the first parcel
_HEAD = struct.Struct(">4sBB8sI16sI")
HEAD_SIZE = _HEAD.size
#: The front of any real agency is smaller: nothing larger is read into memory before it is verified.
FRONT_MAX = 16 * 1024 * 1024


@dataclass(frozen=True)
class Head:
    """Suite code, *agency* id, *day* since 1970-01-01 and random *id* of a backup, *length* of its front."""

    suite: int
    agency: bytes
    day: int
    id: bytes
    length: int

    def pack(self) -> bytes:
        """Return the first bytes of the file."""
        return _HEAD.pack(MAGIC, VERSION, self.suite, self.agency, self.day, self.id, self.length)


@dataclass(frozen=True)
class Vouching:
    """What says whose backup it is: the root's public key and what the root signed. Unverified."""

    root_public: bytes
    revocations: Signed
    certificate: Signed

    def pack(self) -> bytes:
        """Return the three after one another."""
        return self.root_public + self.revocations.pack() + self.certificate.pack()


@dataclass(frozen=True, repr=False)
class Front:
    """A front as read. *sealed* holds K by desk; *bound* is the hash of all before it, *before* that of all
    before the manifest.
    """

    head: Head
    vouching: Vouching
    epochs: frozenset[int]
    sealed: Mapping[bytes, bytes]
    bound: bytes
    before: bytes
    manifest: bytes

    @property
    def suite(self) -> Suite:
        """The suite that the backup was made with."""
        return suite_of(self.head.suite)

    def open_key(self, private: PrivateKey) -> bytes | None:
        """Return K if *private* is one of the desks' recovery keys, else None."""
        opened = (private.open(_info(desk, self.bound), sealed) for desk, sealed in self.sealed.items())
        key = next((key for key in opened if key is not None), None)
        if key is not None and len(key) != KEY_SIZE:
            raise FormatError("backup", f"K has {len(key)} bytes, not {KEY_SIZE}")
        return key

    def open_manifest(self, key: bytes) -> bytes:
        """Return the manifest's JSON. Raises FormatError("backup") when *key* is not this backup's K."""
        opened = decrypt(_manifest_key(self.suite, key, self.head.id), self.manifest, self.before)
        if opened is None:
            raise FormatError("backup", "the manifest does not open")
        return opened


@dataclass(frozen=True, repr=False)
class Plain:
    """What a front is made of. *holders* are the desks' recovery public keys by desk id."""

    suite: Suite
    agency: bytes
    day: int
    id: bytes
    vouching: Vouching
    epochs: frozenset[int]
    holders: Mapping[bytes, bytes]


def seal(plain: Plain, key: bytes, manifest: bytes) -> bytes:
    """Return the front of a backup under the fresh random *key* K. Raises FormatError on a bad public key."""
    suite = plain.suite
    epochs = struct.pack(f">H{len(plain.epochs)}I", len(plain.epochs), *sorted(plain.epochs))
    each = _DESK_SIZE + suite.sealed_size(KEY_SIZE)
    size = len(manifest) + TAG_SIZE
    length = len(plain.vouching.pack()) + len(epochs) + 2 + each * len(plain.holders) + 4 + size
    head = Head(suite.code, plain.agency, plain.day, plain.id, length)
    start = head.pack() + plain.vouching.pack() + epochs
    bound = hashlib.sha256(start).digest()
    stanzas = b"".join(
        desk + suite.seal(public, _info(desk, bound), key) for desk, public in sorted(plain.holders.items())
    )
    start += struct.pack(">H", len(plain.holders)) + stanzas
    sealed = encrypt(_manifest_key(suite, key, plain.id), manifest, hashlib.sha256(start).digest())
    return start + struct.pack(">I", len(sealed)) + sealed


def read_head(data: bytes) -> Head:
    """Read the first HEAD_SIZE bytes of a file. Raises FormatError "magic", "version", "suite" or "size"."""
    if len(data) < HEAD_SIZE:
        raise FormatError("size", "this is too short for a backup")
    magic, version, suite, agency, day, id_, length = _HEAD.unpack(data[:HEAD_SIZE])
    if magic != MAGIC:
        raise FormatError("magic", "this is no backup")
    if version != VERSION:
        raise FormatError("version", f"version {version} is not {VERSION}")
    suite_of(suite)
    if length > FRONT_MAX:
        raise FormatError("size", "no backup begins with so much")
    return Head(suite, agency, day, id_, length)


def read(data: bytes) -> Front:
    """Read a whole front. Raises FormatError; nothing in it is verified yet."""
    head, taking = read_head(data), Reader(data[HEAD_SIZE:])
    vouching = Vouching(taking.take(PUBLIC_SIZE), taking.take_signed(), taking.take_signed())
    epochs = frozenset(_number(taking, 4) for _ in range(_number(taking, 2)))
    start = HEAD_SIZE + len(vouching.pack()) + 2 + 4 * len(epochs)
    each = suite_of(head.suite).sealed_size(KEY_SIZE)
    sealed = {taking.take(_DESK_SIZE): taking.take(each) for _ in range(_number(taking, 2))}
    before = start + 2 + len(sealed) * (_DESK_SIZE + each)
    manifest = taking.take(_number(taking, 4))
    taking.finish()
    return Front(
        head,
        vouching,
        epochs,
        sealed,
        bound=hashlib.sha256(data[:start]).digest(),
        before=hashlib.sha256(data[:before]).digest(),
        manifest=manifest,
    )


def _number(taking: Reader, size: int) -> int:
    return int.from_bytes(taking.take(size), "big")


def _info(desk: bytes, bound: bytes) -> bytes:
    return b"tipline/1 backup" + desk + bound


def _manifest_key(suite: Suite, key: bytes, id_: bytes) -> bytes:
    return suite.derive(key, id_, "backup manifest")

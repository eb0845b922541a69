"""One source from end to end: chunks that overlap, and the compressed streams inside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tipline.drill import inflate
from tipline.drill.encodings import SHORTEST
from tipline.drill.search import Hit, Sieve
from tipline.drill.sources import Inflated, Source

_CHUNK = 1024 * 1024
_ZEROS = bytes(_CHUNK)


@dataclass(frozen=True)
class Found:
    """A *hit* in a source. *packed* names the streams it lay in, outermost first: "gzip at 512".

    The hit's offset counts from the start of the source, or of the innermost stream's inflated bytes.
    """

    hit: Hit
    packed: tuple[str, ...] = ()


def scan(source: Source, sieve: Sieve, *, guess: bool, depth: int = inflate.DEPTH) -> Iterator[Found]:
    """Give everything that *sieve* finds in *source* and in streams inside it, at most *depth* deep.

    *guess*: try raw deflate where nothing announces it. Raises OSError when a part cannot be read.
    """
    before: set[inflate.Head] = set()
    for offset, carried, data in _chunks(source, max(sieve.overlap, inflate.HEADER)):
        if _is_empty(data):
            continue
        for hit in sieve.find(data):
            if hit.offset + len(hit.needle.data) > carried:
                yield Found(Hit(offset + hit.offset, hit.needle))
        if depth:
            heads = {inflate.Head(head.kind, offset + head.offset) for head in inflate.heads(data)}
            yield from _packed(source, sieve, heads - before, depth)
            before = heads
    if depth and guess:
        yield from _packed(source, sieve, inflate.guesses(source), depth)


def _is_empty(data: bytes) -> bool:
    """Nothing but zeros: most of a process's memory was never touched."""
    return data == (_ZEROS if len(data) == len(_ZEROS) else bytes(len(data)))


def _packed(source: Source, sieve: Sieve, heads: Iterable[inflate.Head], depth: int) -> Iterator[Found]:
    for head in heads:
        data = b"".join(inflate.inflate(source, head))
        if len(data) >= SHORTEST:
            for found in scan(Inflated(data), sieve, guess=False, depth=depth - 1):
                yield Found(found.hit, (f"{head.kind} at {head.offset}", *found.packed))


def _chunks(source: Source, overlap: int) -> Iterator[tuple[int, int, bytes]]:
    """Give (offset, bytes carried over from the chunk before, data)."""
    at, tail = source.start, b""
    while fresh := source.read(at, _CHUNK):
        data = tail + fresh
        yield at - len(tail), len(tail), data
        at += len(fresh)
        tail = data[-overlap:]

"""Parcels: a file in equal pieces that open in their place only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.errors import FormatError
from tipline.seal import parcel
from tipline.seal.suite import HYBRID

KEY = bytes(32)


def seal_all(data: bytes, key: bytes = KEY) -> list[bytes]:
    count = parcel.count_for(len(data))
    pieces = [data[at * parcel.PIECE : (at + 1) * parcel.PIECE] for at in range(count)]
    return [parcel.seal(HYBRID, key, index, count, piece) for index, piece in enumerate(pieces)]


@pytest.mark.parametrize("size", [0, 1, parcel.PIECE - 1, parcel.PIECE, parcel.PIECE + 1, 2 * parcel.PIECE])
def test_it_opens_byte_for_byte(size: int):
    """Around every boundary the file comes back, and every parcel has one length."""
    data = bytes(range(256)) * (size // 256 + 1)
    sealed = seal_all(data[:size])
    assert {len(one) for one in sealed} == {parcel.SIZE}
    assert b"".join(parcel.open_file(HYBRID, KEY, size, sealed)) == data[:size]


def test_it_refuses_a_parcel_out_of_place():
    """Swapped, missing, added or another file's parcels are refused."""
    size = 2 * parcel.PIECE
    sealed = seal_all(bytes(size))
    others = seal_all(bytes(size), b"o" * 32)
    for wrong in ([sealed[1], sealed[0]], sealed[:1], [*sealed, sealed[0]], [sealed[0], others[1]]):
        with pytest.raises(FormatError, match="parcel"):
            list(parcel.open_file(HYBRID, KEY, size, wrong))


def test_it_refuses_another_length():
    """A parcel cut short is named as such."""
    with pytest.raises(FormatError, match="size"):
        parcel.open_(HYBRID, KEY, 0, 1, seal_all(b"")[0][:-1])


def test_it_refuses_hidden_filler():
    """What lies behind the promised size must be zero."""
    with pytest.raises(FormatError, match="parcel"):
        list(parcel.open_file(HYBRID, KEY, 3, seal_all(b"four")))


@given(st.integers(0, 300))
def test_the_number_of_parcels_falls_into_few_classes(count: int):
    """Powers of two to 16, then multiples of 16, never fewer than needed."""
    padded = parcel.padded_count(count)
    assert padded >= count
    assert padded < 2 * count or count < 2 or padded - count < 16
    assert padded == 0 or (padded <= 16 and padded & (padded - 1) == 0) or padded % 16 == 0

"""The only two lengths that intake takes."""

from __future__ import annotations

from tipline.seal import layout, parcel
from tipline.seal.suite import HYBRID

ENVELOPE_SIZE = layout.envelope_size(HYBRID)
PARCEL_SIZE = parcel.SIZE

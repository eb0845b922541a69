"""The only two lengths that intake takes. That of an envelope follows from the agency's suite."""

from __future__ import annotations

from tipline.seal import layout, parcel

envelope_size = layout.envelope_size
PARCEL_SIZE = parcel.SIZE

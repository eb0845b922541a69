"""PURE: what a collector may learn of an envelope: its shape, and the docket that its sorting key opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.keys import epoch
from tipline.seal import acknowledgement, docket, layout
from tipline.seal.suite import PrivateKey, suite_of


@dataclass(frozen=True)
class Sorted:
    """What is stored beside an envelope.

    *desk* and *danger* are the docket's words, None without a docket for us. *token* is published as
    "collected" for the day; the key it was made with is in no store. *broken* names the rule of the format
    that no reader could get past. *alarm* is set for a docket that is ours and broken: a desk may still be
    able to open the envelope, since a relay could have sealed such a docket to it.
    """

    desk: bytes | None = None
    danger: str | None = None
    token: bytes | None = None
    broken: str | None = None
    alarm: bool = False


def sort(
    envelope: bytes,
    agency: bytes,
    keys: Mapping[int, PrivateKey | None],
    day: int,
    lost: range = range(0),
) -> Sorted:
    """Sort an envelope collected on *day* (since 1970-01-01). Nothing in it can make this fail.

    *keys* are the sorting keys of the epochs that live, None where one cannot be read just now. An
    envelope that none of them opens is another console's, unless it bears one of the *lost* epochs.
    """
    try:
        parts = layout.split(envelope)
    except FormatError as error:
        return Sorted(broken=error.failure)
    if parts.header.agency != agency:
        return Sorted(broken="agency")
    named = parts.header.epoch
    try:
        ours = _open_docket(parts, epoch.to_try(keys, named))
    except FormatError:
        return Sorted(alarm=True)
    if ours is None:
        return Sorted(broken="epoch" if named in lost and named not in keys else None)
    desk = None if ours.desk == docket.NO_DESK else ours.desk
    return Sorted(
        desk, ours.danger, acknowledgement.token(suite_of(parts.header.suite), ours.acknowledgement, day)
    )


def _open_docket(parts: layout.Parts, keys: Sequence[PrivateKey | None]) -> docket.Docket | None:
    # As seal.opening does: that module opens stanzas too, and nothing in this process may.
    tried = ((key, sealed) for key in keys if key for sealed in parts.dockets)
    opened = (docket.open_(key, parts.before_dockets, sealed) for key, sealed in tried)
    return next((ours for ours in opened if ours is not None), None)

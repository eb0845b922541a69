"""PURE: what a collector may learn of an envelope: its shape, and the docket that its sorting key opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tipline.errors import FormatError
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


def sort(envelope: bytes, agency: bytes, keys: Mapping[int, PrivateKey | None], day: int) -> Sorted:
    """Sort an envelope collected on *day* (since 1970-01-01). Nothing in it can make this fail.

    *keys* are the sorting keys of the epochs that live, None where one cannot be read just now.
    """
    try:
        parts = layout.split(envelope)
    except FormatError as error:
        return Sorted(broken=error.failure)
    if parts.header.agency != agency:
        return Sorted(broken="agency")
    if parts.header.epoch not in keys:
        return Sorted(broken="epoch")
    sorting = keys[parts.header.epoch]
    try:
        ours = _open_docket(parts, sorting) if sorting else None
    except FormatError:
        return Sorted(alarm=True)
    if ours is None:
        return Sorted()
    desk = None if ours.desk == docket.NO_DESK else ours.desk
    return Sorted(
        desk, ours.danger, acknowledgement.token(suite_of(parts.header.suite), ours.acknowledgement, day)
    )


def _open_docket(parts: layout.Parts, sorting: PrivateKey) -> docket.Docket | None:
    # As seal.opening does: that module opens stanzas too, and nothing in this process may.
    opened = (docket.open_(sorting, parts.before_dockets, sealed) for sealed in parts.dockets)
    return next((ours for ours in opened if ours is not None), None)

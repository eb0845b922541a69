"""A tip that somebody told a call taker: sealed at once like every other, and filed as a case.

It is an envelope of the same size and shape, sealed to the desk's key of the week under a receipt of its
own. Nothing about the caller is asked, and the words are in no store but that envelope.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import arrival, audit
from tipline.cases.work import Work
from tipline.collector import sort, store
from tipline.errors import AccessError, FormatError, KeyringError
from tipline.keys import epoch_key
from tipline.keys.desk import is_at_rest
from tipline.seal import docket, message, padding, receipt, rewrap, sealing
from tipline.seal.suite import PrivateKey
from tipline.staff.member import TRIAGE, Desk

#: How a tip came, as the message and the audit name it.
PHONE, WALK_IN = "phone", "walk-in"
CHANNELS = (PHONE, WALK_IN)


@dataclass(frozen=True, repr=False)
class Told:
    """What somebody told: *category* is a code of the agency's, *via* one of CHANNELS."""

    text: str
    category: str
    danger: str
    lang: str
    via: str


@dataclass(frozen=True, repr=False)
class Filed:
    """The case that it became, and the receipt's 16 bytes, which are kept nowhere."""

    number: int
    entropy: bytes


@dataclass(frozen=True, repr=False)
class _Week:
    """The newest week's keys that this officer has for a desk: what its tips are sealed to now."""

    epoch: int
    desk_key: bytes
    sorting: PrivateKey


def categories(connection: Connection, own: Work) -> list[tuple[str, str]]:
    """Return code and name of what this officer can take tips about, in the page's order."""
    row = tables.category.c
    query = select(row.code, row.name).where(row.desk.in_(_desks(own))).order_by(row.place)
    return [(one.code, one.name) for one in connection.execute(query)]


def check(told: Told) -> None:
    """Raise FormatError for what is no tip: "category", "danger", "lang", "via", "empty" or "too long"."""
    for name, fine in (
        ("category", message.CODE.fullmatch(told.category)),
        ("danger", told.danger in docket.DANGER),
        ("lang", message.LANG.fullmatch(told.lang)),
        ("via", told.via in CHANNELS),
        ("empty", told.text.strip()),
    ):
        if not fine:
            raise FormatError(name)
    try:
        padding.pad(message.encode(_message(told, bytes(16), receipt.ReceiptKeys(*_BLANK))))
    except UnicodeEncodeError:
        raise FormatError("empty", "a lone surrogate is not text") from None


def take(own: Work, agency: bytes, told: Told) -> Filed:
    """Seal and file what was told, with its entry in the audit: who typed it, and how it came.

    *agency* is the agency's 8-byte id. Raises FormatError as *check*, AccessError where the category is not
    one of a desk of theirs, KeyringError where no week's keys are here.
    """
    check(told)
    with own.engine.connect() as connection:
        desk = _desk(connection, own, told.category)
    week, entropy = _week(own, desk), receipt.generate()
    keys = receipt.keys(own.member.suite, entropy, agency)
    said = _message(told, desk.id, keys)
    to = sealing.Address(own.member.suite, agency, week.epoch, [week.desk_key], [week.sorting.public])
    what = docket.Docket(desk.id, told.danger, keys.acknowledgement)
    envelope = sealing.seal(to, what, keys, message.encode(said))
    today, id_ = clock.day_number(), rewrap.envelope_id(envelope)
    sorted_ = sort.sort(envelope, agency, {week.epoch: week.sorting}, today)
    with db.writing(own.engine) as connection:
        store.put_envelope(connection, id_, envelope, (today, today), sorted_)
        number = arrival.file_now(connection, own.member, own.known, id_, desk)
        what_ = {"case": number, "envelope": id_.hex()}
        audit.append(connection, own.member, desk.id, (actions.CALL_TYPED, what_), {"via": told.via})
    own.refresh()
    return Filed(number, entropy)


_BLANK = (bytes(32), bytes(32), bytes(32), bytes(16))


def _message(told: Told, desk: bytes, keys: receipt.ReceiptKeys) -> message.Message:
    return message.Message(
        kind="tip",
        via=told.via,
        lang=told.lang,
        category=told.category,
        danger=told.danger,
        desk=desk,
        acknowledgement=keys.acknowledgement,
        thread=keys.thread,
        counter=0,
        text=told.text,
    )


def _desks(own: Work) -> list[bytes]:
    return [desk.id for desk in own.member.desks.values() if desk.kind == TRIAGE and desk.receives]


def _desk(connection: Connection, own: Work, category: str) -> Desk:
    row = tables.category.c
    found = connection.scalar(select(row.desk).where(row.code == category, row.desk.in_(_desks(own))))
    if found is None:
        raise AccessError("tips about this go to another desk")
    return own.member.desks[found]


def _week(own: Work, desk: Desk) -> _Week:
    """Return the newest keys to seal to. They are the officer's own, so no row can name another's."""
    for number in sorted((one for one in desk.keys if not is_at_rest(one)), reverse=True):
        key = epoch_key.read(own.member.folder, number)
        if key is not None:
            return _Week(number, desk.keys[number].public, key.sorting(own.member.suite))
    raise KeyringError("epoch", "no week's keys of this desk are here")

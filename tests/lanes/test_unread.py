"""What an officer has not opened: kept up to date by what was opened and what came, and exact."""

from __future__ import annotations

from tests.conftest import Agency
from tipline.cases import case
from tipline.cases.work import Work
from tipline.lanes import unread
from tipline.papers import notes, report


def of(own: Work) -> set[int]:
    """Return the cases with something that this officer has not opened, after a request's refresh."""
    own.refresh()
    with own.engine.connect() as connection:
        return unread.numbers(connection, own)


def test_it_is_each_officers_own_and_follows_what_is_opened_and_what_comes(agency_: Agency):
    """Opened in another session, told more by the tipster, noted by a colleague."""
    keys = agency_.tip("one")
    agency_.work("Alice")
    agency_.tip("two")
    agency_.tip("three")
    alice, elsewhere, alan = agency_.work("Alice"), agency_.work("Alice"), agency_.work("Alan")
    assert of(alice) == {1, 2, 3}
    case.open_(alice, 1)
    assert of(alice) == {2, 3}
    case.open_(elsewhere, 2)
    assert (of(alice), of(elsewhere), of(alan)) == ({3}, {3}, {1, 2, 3})
    agency_.receive(agency_.seal(keys, "more", kind="follow-up", counter=1))
    # As if what was opened last had been opened long ago: it is what came that tells.
    at, alice.seen.at = alice.seen.at, alice.seen.at + 1000
    assert of(alice) == {1, 3}
    alice.seen.at = at
    case.open_(alice, 1)
    assert of(alice) == {3}
    case.open_(alan, 1)
    notes.note(alan, 1, "A word.", b"n" * 16)
    assert of(alice) == {1, 3}
    assert of(alan) == {2, 3}
    report.write(alan, 2, "In other words.", b"r" * 16, 0)
    assert of(alice) == {1, 2, 3}
    alice.wipe()
    assert not alice.seen.read

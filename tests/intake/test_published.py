from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from tests.intake.relay import Relay, ask, relay
from tests.support import Agency, make_agency
from tipline import clock
from tipline.board import board
from tipline.errors import KeyringError, SettingsError
from tipline.intake.published import Published
from tipline.keyring import keyring, section
from tipline.keyring.signature import Signed
from tipline.seal import slot
from tipline.seal.suite import APPROVED
from tipline.wire import paths, shapes


@pytest.fixture
def folder(tmp_path: Path, agency: Agency) -> Path:
    (tmp_path / "root.pub").write_bytes(agency.root.public)
    return tmp_path


def opened(
    folder: Path, agency: Agency, consoles: tuple[str, ...] = ("agency",), floor: int = 0
) -> Published:
    return Published(folder, agency.fingerprint, consoles, {"agency": floor})


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "published").iterdir()}


def flipped(good: bytes) -> list[bytes]:
    """Return *good* with one bit flipped, at forty places."""
    return [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(0, len(good), len(good) // 40)]


def test_it_serves_what_was_posted(served: Relay) -> None:
    """The page gets a keyring that verifies under the root's fingerprint, and the board as it was signed."""
    got = ask(served.public, "GET", "/keyring").body
    assert keyring.verified(got, served.agency.fingerprint).epochs == {served.agency.epoch}
    empty = ask(served.public, "GET", "/board").body
    nobody = keyring.verified(got, served.agency.fingerprint).revocations
    assert board.verified(empty, served.agency.root.public, nobody) == ()
    slots, tokens = [slot.dummy() for _ in range(4)], [secrets.token_bytes(16)]
    assert served.over("PUT", paths.BOARD, served.agency.board(slots, tokens)).status == 204
    shown = ask(served.public, "GET", "/board").body
    (own,) = board.verified(shown, served.agency.root.public, nobody)
    assert (own.slots, own.tokens) == (tuple(slots), frozenset(tokens))


def test_it_is_there_after_a_restart(folder: Path, agency: Agency) -> None:
    """What was answered with 204 is served again by the next process."""
    first = opened(folder, agency)
    first.post_keyring("agency", agency.keyring(5))
    first.post_board("agency", agency.board([slot.dummy()]))
    second = opened(folder, agency)
    assert second.keyring_bytes == first.keyring_bytes
    assert second.board_bytes == first.board_bytes
    assert second.keyring == first.keyring


def test_it_starts_beside_a_board_of_an_older_version(folder: Path, agency: Agency) -> None:
    """It serves none until the console posts again: a head that says nothing of the audit is no head now."""
    first = opened(folder, agency)
    first.post_keyring("agency", agency.keyring(5))
    first.post_board("agency", agency.board([slot.dummy()]))
    said = json.loads(board.Head("agency", 1, clock.today(), bytes(32), 0, 0, bytes(32), bytes(32)).encode())
    del said["audit"]
    old = agency.signer.sign(board.LABEL, json.dumps(said).encode())
    (folder / "published" / "board.agency").write_bytes(board.pack_section(agency.certificate(), old, [], []))
    second = opened(folder, agency)
    assert second.keyring == first.keyring
    assert second.board_bytes == board.pack([])
    second.post_board("agency", agency.board([slot.dummy()]))


def test_a_half_written_file_is_not_read(folder: Path, agency: Agency) -> None:
    """After a crash while writing, the last whole file counts."""
    first = opened(folder, agency)
    first.post_keyring("agency", agency.keyring(5))
    (folder / "published" / "keyring.agency.new").write_bytes(b"half")
    assert opened(folder, agency).keyring_bytes == first.keyring_bytes


def test_an_older_serial_is_refused(folder: Path, agency: Agency) -> None:
    """Nobody brings back what was replaced; the very same may be posted again, another of its serial not."""
    published = opened(folder, agency)
    newest, shown = agency.keyring(5), agency.board([], serial=5)
    published.post_keyring("agency", newest)
    published.post_board("agency", shown)
    before = files(folder)
    published.post_keyring("agency", newest)
    published.post_board("agency", shown)
    for older in (agency.keyring(4), agency.keyring(5, work=1)):
        with pytest.raises(KeyringError, match="serial"):
            published.post_keyring("agency", older)
    for older in (agency.board([], serial=4), agency.board([slot.dummy()], serial=5)):
        with pytest.raises(KeyringError, match="serial"):
            published.post_board("agency", older)
    assert files(folder) == before
    again = opened(folder, agency)
    with pytest.raises(KeyringError, match="serial"):
        again.post_keyring("agency", agency.keyring(4))


def test_a_serial_below_the_page_s_floor_is_refused(folder: Path, agency: Agency) -> None:
    """What the page would refuse is not published."""
    published = opened(folder, agency, floor=3)
    with pytest.raises(KeyringError, match="serial"):
        published.post_keyring("agency", agency.keyring(2))
    published.post_keyring("agency", agency.keyring(3))


def test_it_starts_with_a_section_below_a_raised_floor(folder: Path, agency: Agency) -> None:
    """And serves none until the collector posts a newer one: a relay that does not start takes none."""
    opened(folder, agency).post_keyring("agency", agency.keyring(5))
    opened(folder, agency).post_board("agency", agency.board([]))
    published = opened(folder, agency, floor=6)
    assert published.keyring is None
    assert published.board_bytes == opened(folder, agency).board_bytes
    published.post_keyring("agency", agency.keyring(6))
    assert published.keyring is not None


def test_what_the_root_does_not_vouch_for_is_refused(served: Relay) -> None:
    """Tampered with in any part, or signed by somebody else: 400 with the reason, and nothing changes."""
    agency, other = served.agency, make_agency()
    good, shown = agency.keyring(9), agency.board([slot.dummy()], serial=9)
    before = files(served.folder), ask(served.public, "GET", "/keyring"), ask(served.public, "GET", "/board")

    def posted(certificate: Signed, section: Signed) -> bytes:
        return shapes.Posting(agency.revocations(), (certificate, section)).pack()

    foreign_desk = agency.section(9, desks=(), categories=())
    bad = [
        b"",
        good[:-1],
        good + b"x",
        other.keyring(9),
        posted(other.certificate(), agency.section(9)),
        posted(agency.certificate(desks=frozenset()), agency.section(9)),
        shapes.Posting(other.revocations(), (agency.certificate(), agency.section(9))).pack(),
    ]
    bad += flipped(good)
    bad_boards = [b"", shown[:-1], shown + b"x", other.board([], serial=9), *flipped(shown)]
    answers = [served.over("PUT", paths.KEYRING, data) for data in bad]
    answers += [served.over("PUT", paths.BOARD, data) for data in bad_boards]
    assert {answer.status for answer in answers} == {400}
    assert all(answer.body.count(b"\n") == 1 for answer in answers)
    assert (
        files(served.folder),
        ask(served.public, "GET", "/keyring"),
        ask(served.public, "GET", "/board"),
    ) == before
    assert served.over("PUT", paths.KEYRING, posted(agency.certificate(), foreign_desk)).status == 204


def test_a_console_speaks_for_itself_only(folder: Path, agency: Agency) -> None:
    """One console's signer cannot publish under another's name, nor take its category."""
    oversight = Agency(console="oversight", root=agency.root, desk_id=bytes(16), category="police")
    published = opened(folder, agency, ("agency", "oversight"))
    published.post_keyring("agency", agency.keyring())
    with pytest.raises(KeyringError, match="console"):
        published.post_keyring("oversight", agency.keyring(2))
    with pytest.raises(KeyringError, match="console"):
        published.post_board("oversight", agency.board([]))
    thief = Agency(console="oversight", root=agency.root, desk_id=bytes(16), category=agency.category)
    with pytest.raises(KeyringError, match="sections"):
        published.post_keyring("oversight", thief.keyring())
    published.post_keyring("oversight", oversight.keyring())
    assert published.keyring is not None
    assert len(published.keyring.sections) == 2
    published.post_board("oversight", oversight.board([]))
    published.post_board("agency", agency.board([]))
    assert len(board.verified(published.board_bytes, agency.root.public, published.keyring.revocations)) == 2


def test_keys_of_another_suite_are_refused(folder: Path, agency: Agency) -> None:
    """Whole keys of it, signed by the right signer: pages have one suite built in, and all would stop."""
    public = APPROVED.generate().public
    desk = section.Desk(agency.desk_id, "Drugs desk", (public,))
    other = agency.keyring(6, suite=APPROVED.code, sorting=public, desks=(desk,))
    published = opened(folder, agency)
    published.post_keyring("agency", agency.keyring(5))
    with pytest.raises(KeyringError) as refused:
        published.post_keyring("agency", other)
    assert refused.value.failure == "suite"
    with pytest.raises(SettingsError, match="suite"):
        Published(folder, agency.fingerprint, ("agency",), {}, suite=APPROVED)


def test_both_epochs_are_taken_while_they_change(tmp_path: Path, agency: Agency) -> None:
    """An envelope is refused once no console's section names its epoch any more."""
    with relay(tmp_path / "relay", agency) as made:
        published = opened(made.folder, agency)
        published.post_keyring("agency", agency.keyring(1))
        assert published.keyring is not None
        assert published.keyring.epochs == {agency.epoch}
        published.post_keyring("agency", agency.keyring(2, epoch=agency.epoch + 1))
        assert published.keyring.epochs == {agency.epoch + 1}


def test_a_damaged_file_or_another_root_stops_the_start(folder: Path, agency: Agency) -> None:
    """Intake does not start with what it cannot vouch for, and says which file it is."""
    opened(folder, agency).post_keyring("agency", agency.keyring())
    path = folder / "published" / "keyring.agency"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SettingsError, match=r"keyring\.agency"):
        opened(folder, agency)
    with pytest.raises(SettingsError, match=r"root\.pub"):
        opened(folder, make_agency())
    (folder / "root.pub").unlink()
    with pytest.raises(SettingsError, match=r"root\.pub"):
        opened(folder, agency)

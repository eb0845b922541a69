from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path

import pytest

from tipline import db, tables
from tipline.collector import holding
from tipline.collector.sort import sort
from tipline.keyring import keyring
from tipline.keys import epoch_key, files
from tipline.seal import acknowledgement, docket, header, layout, message, opening, parcel, receipt, sealing
from tipline.seal.suite import HYBRID

TEXT = "They meet at the harbour, at night.\n\nПривет, 世界, سلام 🚢"


@pytest.fixture
def seal(tipline, agency, tmp_path: Path):
    """Seal with the real command; return what it did and the folder."""

    def do(*options: object, text: str | bytes = TEXT, category: str = "wildlife"):
        out = tmp_path / secrets.token_hex(4)
        data = text.encode() if isinstance(text, str) else text
        whole = ("seal", "--keyring", agency.keyring, "--category", category, "--root", agency.fingerprint)
        return tipline(*whole, "--out", out, *options, text=data), out

    return do


def sizes(out: Path) -> list[int]:
    return sorted(path.stat().st_size for path in out.iterdir())


def test_it_opens_what_it_sealed(tipline, seal, desk_key: Path, tmp_path: Path):
    """Text word for word, files byte for byte, under names that say nothing."""
    contents = {
        "holiday at Ms Smith's.JPG": secrets.token_bytes(parcel.PIECE * 2 + 17),
        "empty": b"",
        "one piece.tar.gz": secrets.token_bytes(parcel.PIECE),
        "odd.öäü": b"words",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    options = [part for name in contents for part in ("--file", tmp_path / name)]
    done, out = seal(*options, "--danger", "yes", "--lang", "ru")
    assert done.returncode == 0, done.stderr
    assert sizes(out) == [24_824] + [parcel.SIZE] * 8
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in out.iterdir())

    opened = tipline("open", "--key", desk_key, out, "--out", tmp_path / "opened")
    assert opened.returncode == 0, opened.stderr
    said = json.loads(opened.stdout)
    assert (said["text"], said["category"], said["danger"], said["lang"]) == (TEXT, "wildlife", "yes", "ru")
    assert (said["via"], said["kind"], said["counter"], said["verified"]) == ("tool", "tip", 0, True)
    names = ["file-1.jpg", "file-2", "file-3.gz", "file-4"]
    assert [file["name"] for file in said["files"]] == names
    written = [(tmp_path / "opened" / name).read_bytes() for name in names]
    assert written == list(contents.values())
    sealed = b"".join(path.read_bytes() for path in out.iterdir())
    assert b"Smith" not in sealed
    assert TEXT.encode()[:20] not in sealed


def test_it_prints_a_receipt_that_fits(seal, agency, desk_key: Path):
    """The code on standard output, alone, is the one whose keys are in the envelope."""
    done, out = seal()
    assert done.stderr == b""
    code = done.stdout.decode().strip()
    held = holding.read(agency.data / "agency" / "console.toml")
    keys = receipt.keys(HYBRID, receipt.parse(code), held.agency)
    envelope = next(out.iterdir()).read_bytes()
    whole = opening.open_stanza(envelope, HYBRID.private(files.read(desk_key, files.DESK)))
    assert opening.open_reply(envelope, whole) == (keys.reply, keys.follow_up)
    epoch = header.parse(envelope).epoch
    keys_of = {epoch: epoch_key.read(held.keys, epoch).sorting(HYBRID)}
    what = sort(envelope, held.agency, keys_of, 20_000)
    assert what.token == acknowledgement.token(HYBRID, keys.acknowledgement, 20_000)


def test_it_shows_nothing_of_the_receipt(tipline, seal, agency, desk_key: Path):
    """The opened message has neither a key of the receipt nor a file's key in it."""
    done, out = seal()
    held = holding.read(agency.data / "agency" / "console.toml")
    keys = receipt.keys(HYBRID, receipt.parse(done.stdout.decode()), held.agency)
    opened = tipline("open", "--key", desk_key, out).stdout.decode()
    for key in (keys.reply, keys.follow_up, keys.acknowledgement):
        assert message.to_base64(key) not in opened
        assert key.hex() not in opened
    assert '"key"' not in opened


@pytest.mark.parametrize(("files", "parcels"), [(0, 0), (1, 1), (2, 2), (3, 4), (5, 8)])
def test_it_rounds_the_parcels_up_over_the_whole_tip(seal, tmp_path: Path, files: int, parcels: int):
    """Powers of two, as the page does."""
    (tmp_path / "x").write_bytes(b"x")
    _, out = seal(*["--file", tmp_path / "x"] * files)
    assert sizes(out) == [24_824] + [parcel.SIZE] * parcels


@pytest.mark.parametrize(
    ("options", "text", "category", "code", "says"),
    [
        ((), "", "wildlife", 3, b"nothing on standard input"),
        ((), " \n", "wildlife", 3, b"nothing on standard input"),
        ((), b"\xff\xfe", "wildlife", 3, b"UTF-8"),
        ((), "x" * 17_000, "wildlife", 3, b"too long"),
        ((), "x" * 1_000_000, "wildlife", 3, b"too long"),
        ((), "x", "nonsense", 3, b"nonsense"),
        (("--lang", "not a language"), "x", "wildlife", 3, b"message"),
        (("--root", "00" * 32), "x", "wildlife", 3, b"root"),
        (("--danger", "perhaps"), "x", "wildlife", 2, b"perhaps"),
        (("--file", "/nonexistent"), "x", "wildlife", 2, b"nonexistent"),
    ],
)  # fmt: skip
def test_it_refuses_and_writes_nothing(seal, options, text, category: str, code: int, says: bytes):  # noqa: PLR0917
    """Each refusal is told, without a receipt, and no folder is made."""
    done, out = seal(*options, text=text, category=category)
    assert done.returncode == code
    assert says in done.stderr
    assert done.stdout == b""
    assert not out.exists()


def test_it_seals_one_tip_a_folder(tipline, agency, seal):
    """A second tip in the same folder is refused."""
    _, out = seal()
    done = tipline("seal", "--keyring", agency.keyring, "--category", "drugs", "--out", out, text=b"x")
    assert done.returncode == 2
    assert len(sizes(out)) == 1


def test_it_takes_no_keyring_that_was_changed(tipline, agency, tmp_path: Path):
    """A keyring whose signature does not hold seals nothing."""
    data = bytearray(agency.keyring.read_bytes())
    data[-5000] ^= 1
    (tmp_path / "wrong").write_bytes(data)
    done = tipline(
        "seal", "--keyring", tmp_path / "wrong", "--category", "drugs", "--out", tmp_path / "o", text=b"x"
    )
    assert done.returncode == 3
    assert not (tmp_path / "o").exists()


def test_it_opens_with_the_right_key_alone(tipline, seal, desk_key: Path, agency, tmp_path: Path):
    """Another desk's key, an epoch's key file, a key of no kind: nothing is shown."""
    _, out = seal()
    files.write_new(tmp_path / "other.key", files.DESK, HYBRID.generate().seed)
    (epoch,) = (agency.data / "agency" / "keys" / "epochs").iterdir()
    for key, code in ((tmp_path / "other.key", 5), (epoch, 3), (tmp_path / "none.key", 5)):
        done = tipline("open", "--key", key, out)
        assert (done.returncode, done.stdout) == (code, b"")
        assert done.stderr.startswith(b"tipline: ")


def test_it_names_what_is_missing(tipline, seal, desk_key: Path, tmp_path: Path):
    """A parcel that is not there, or not what its name says: the message is shown, no file is left."""
    (tmp_path / "x").write_bytes(secrets.token_bytes(parcel.PIECE * 3))
    _, out = seal("--file", tmp_path / "x")
    said = json.loads(tipline("open", "--key", desk_key, out, "--out", tmp_path / "whole").stdout)
    last = out / message.from_base64(said["files"][0]["parcels"][-1], 32).hex()
    data = last.read_bytes()
    for wrong, says in ((data[:-1] + bytes([data[-1] ^ 1]), b"hash"), (None, b"parcel")):
        last.write_bytes(wrong) if wrong else last.unlink()
        done = tipline("open", "--key", desk_key, out)
        assert done.returncode == 3
        assert says in done.stderr
        assert json.loads(done.stdout)["text"] == TEXT
        assert not (out / "opened").exists() or list((out / "opened").iterdir()) == []


def test_it_wants_one_envelope(tipline, seal, desk_key: Path, tmp_path: Path):
    """None and two are told apart from one."""
    _, out = seal()
    (out / "second").write_bytes(bytes(24_824))
    assert b"2 files" in tipline("open", "--key", desk_key, out).stderr
    (tmp_path / "empty").mkdir()
    assert b"0 files" in tipline("open", "--key", desk_key, tmp_path / "empty").stderr


def test_it_writes_over_nothing(tipline, seal, desk_key: Path, tmp_path: Path):
    """What is there stays, also where it is a link to somewhere else."""
    (tmp_path / "x.txt").write_bytes(b"sent")
    _, out = seal("--file", tmp_path / "x.txt")
    (tmp_path / "opened").mkdir()
    (tmp_path / "opened" / "file-1.txt").symlink_to(tmp_path / "target")
    done = tipline("open", "--key", desk_key, out, "--out", tmp_path / "opened")
    assert done.returncode == 3
    assert b"there already" in done.stderr
    assert not (tmp_path / "target").exists()


@pytest.fixture
def hostile(agency, tmp_path: Path):
    """Seal a message that the page would never make; return its folder."""

    def do(text: str = "x", names: tuple[str, ...] = ()) -> Path:
        held = holding.read(agency.data / "agency" / "console.toml")
        ring = keyring.verified(agency.keyring.read_bytes(), bytes.fromhex(agency.fingerprint))
        where, _, desk = ring.find("drugs")
        keys = receipt.keys(HYBRID, receipt.generate(), held.agency)
        out = tmp_path / secrets.token_hex(4)
        out.mkdir()
        listed = []
        for name in names:
            key = secrets.token_bytes(32)
            sealed = parcel.seal(HYBRID, key, 0, 1, b"evil")
            (out / hashlib.sha256(sealed).hexdigest()).write_bytes(sealed)
            listed.append(message.File(name, "text/plain", 4, key, (hashlib.sha256(sealed).digest(),)))
        said = message.Message(
            "tip",
            "page",
            "en",
            "drugs",
            "no",
            desk.id,
            keys.acknowledgement,
            keys.thread,
            0,
            text,
            tuple(listed),
        )
        address = sealing.Address(HYBRID, held.agency, where.epoch, desk.keys, [where.sorting])
        what = docket.Docket(desk.id, "no", keys.acknowledgement)
        envelope = sealing.seal(address, what, keys, message.encode(said))
        assert len(envelope) == layout.envelope_size(HYBRID)
        (out / hashlib.sha256(envelope).hexdigest()).write_bytes(envelope)
        return out

    return do


@pytest.mark.parametrize(
    "names",
    [
        ("../evil",), ("/tmp/evil",), ("a/b",), ("..",), (".",), ("",), (".bashrc",), ("a\0b",), ("x" * 101,),
        ("a\\b",), ("-rf",), ("a\nb",), ("good.txt", "good.txt"), ("good.txt", "../evil"), ("a..b",),
        ("ünd.txt",),
    ],
)  # fmt: skip
def test_it_writes_no_name_that_leads_elsewhere(tipline, hostile, desk_key: Path, tmp_path: Path, names):
    """A path, a hidden file, an option, a name twice: refused before anything is written."""
    out = hostile(names=names)
    before = sorted(tmp_path.rglob("*"))
    done = tipline("open", "--key", desk_key, out, "--out", tmp_path / "opened")
    assert done.returncode == 3
    assert b"file name" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_it_does_not_let_a_tip_steer_the_terminal(tipline, hostile, desk_key: Path):
    """Escapes of a terminal and marks of direction are printed as JSON escapes, and mean the same."""
    text = "a\x1b[31m\x9b2J\x7f\u202eb\u2066c\u200f\u2028"
    printed = tipline("open", "--key", desk_key, hostile(text)).stdout.decode()
    assert json.loads(printed)["text"] == text
    assert printed.isascii()
    assert not any(ord(c) < 32 and c != "\n" for c in printed)


def test_it_touches_no_database(seal, agency):
    """Sealing is nobody's business: the agency's tables do not change."""
    seal()
    engine = db.open_engine(agency.data / "agency" / "console.db")
    with engine.connect() as connection:
        assert connection.execute(tables.envelope.select()).all() == []
    engine.dispose()

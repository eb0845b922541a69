"""The sheets as paper: printed to a picture, read by eye (pdftotext) and by a scanner."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.cli import paper
from tipline.ceremony import shares, sheets
from tipline.ceremony.ceremony import ROOT, SplitKey
from tipline.ceremony.sheets import Occasion
from tipline.errors import SettingsError
from tipline.keyring.signature import fingerprint
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID

KEY, DESK = SigningKey.generate(), HYBRID.generate()
SPLIT = (
    SplitKey(ROOT, None, KEY.public, shares.split(KEY.seed, 3, 5)),
    SplitKey("Wildlife", bytes(16), DESK.public, shares.split(DESK.seed, 3, 5)),
)
OCCASION = Occasion("Harbour City Police", KEY.public, date(2026, 11, 24), 3)
NOTO = Path("/usr/share/fonts/truetype/noto")


def printed(folder: Path, holder: str = "Maria", occasion: Occasion = OCCASION, index: int = 0) -> Path:
    path = folder / "booklet.pdf"
    path.write_bytes(sheets.booklet(occasion, holder, index, SPLIT))
    return path


@pytest.mark.parametrize("index", [0, 4])
def test_words_and_code_are_the_holders_share(tmp_path: Path, index: int):
    """On each page one key; what is read and what is scanned are the same share."""
    pdf = printed(tmp_path, index=index)
    assert paper.pages(pdf) == 2
    for page, key in enumerate(SPLIT, 1):
        assert shares.read_words(" ".join(paper.rows(pdf, page))) == key.shares[index].split()
        (scanned,) = paper.scanned(pdf, page, tmp_path / "scan")
        assert shares.read_words(scanned) == key.shares[index].split()


def test_each_sheet_stands_for_itself(tmp_path: Path):
    """Whose it is, what for, what to do, the day, the set, the fingerprints: on every page."""
    pdf = printed(tmp_path, "Maria González")
    for page, (key, title) in enumerate(zip(SPLIT, ("The agency's root", "Desk: Wildlife"), strict=True), 1):
        said = paper.text(pdf, page).replace("’", "'")
        groups = re.sub(r"(....)", r"\1 ", fingerprint(key.public)[:8].hex()).strip()
        for words in (
            "Harbour City Police", "Maria González", title, "Share 1 of 5. Any 3 of them", "2026-11-24",
            "What to do with it".upper(), "Lost, seen or copied?", shares.set_of(key.shares[0]), groups,
        ):  # fmt: skip
            assert words in said, words


def test_the_same_shares_make_the_same_bytes(tmp_path: Path):
    """Nothing of the clock, the machine or its folders is in the file."""
    made = printed(tmp_path).read_bytes()
    assert sheets.booklet(OCCASION, "Maria", 0, SPLIT) == made
    for trace in (b"/tmp", b"/home", b"/root", str(Path.cwd()).encode(), b"site-packages"):
        assert trace not in made


@pytest.mark.parametrize("holder", ["x" * 100, "Wołodyjowska-" * 7, "Ελένη Παππά", "Иван Иванович"])
def test_long_and_foreign_names_leave_room_for_the_code(tmp_path: Path, holder: str):
    """A name of the full length breaks somewhere, and the code beside it can still be scanned."""
    pdf = printed(tmp_path, holder)
    assert len(paper.scanned(pdf, 1, tmp_path / "scan")) == 1
    assert paper.pages(pdf) == 2


def test_a_name_that_cannot_be_printed_is_refused():
    """No box in the place of a letter: the sentence says what to add."""
    with pytest.raises(SettingsError, match="--fonts"):
        sheets.booklet(OCCASION, "李明", 0, SPLIT)


def test_a_folder_of_fonts_brings_further_scripts(tmp_path: Path):
    """Those of Debian's fonts-noto-core, for one."""
    occasion = Occasion("شرطة الميناء", KEY.public, OCCASION.day, 3, (NOTO,))
    pdf = printed(tmp_path, "أمينة بنت يوسف", occasion)
    assert len(paper.scanned(pdf, 2, tmp_path / "scan")) == 1

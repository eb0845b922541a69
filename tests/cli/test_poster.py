from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import paper
from tipline.ceremony import words


def test_address_and_fingerprint_are_read_off_the_wall(tipline, agency, tmp_path: Path):
    """By eye, and by the two codes; both say the agency's own fingerprint."""
    out, url = tmp_path / "poster.pdf", "https://tips.harbour.example/"
    root = agency.data / "relay" / "root.pub"
    done = tipline("keys", "poster", "--root", root, "--name", "Harbour Police", "--url", url, "--out", out)
    assert done.returncode == 0, done.stderr
    assert paper.pages(out) == 1
    said = paper.text(out, 1)
    for part in ("Harbour Police", "tips.harbour.example", "emergency number"):
        assert part in said
    codes = paper.scanned(out, 1, tmp_path / "scan")
    spoken = next(code for code in codes if code != url)
    assert sorted(codes) == sorted([url, spoken])
    assert words.read(spoken).hex() == agency.fingerprint
    assert [word for word in spoken.lower().split() if word not in said] == []


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("Polizei " + "x" * 90, "https://tips.a-long-subdomain.of-a-department.example.gov/tips"),
        ("Y", "http://x.onion"),
    ],
)
def test_long_names_and_addresses_stay_on_one_page(tipline, agency, tmp_path: Path, name: str, url: str):
    out, root = tmp_path / "poster.pdf", agency.data / "relay" / "root.pub"
    done = tipline("keys", "poster", "--root", root, "--name", name, "--url", url, "--out", out)
    assert done.returncode == 0, done.stderr
    assert paper.pages(out) == 1
    assert len(paper.scanned(out, 1, tmp_path / "scan")) == 2


@pytest.mark.parametrize(
    ("name", "url", "code", "says"),
    [
        ("X", "tips.example", 2, b"https://"),
        ("警察", "https://tips.example", 2, b"--fonts"),
        ("", "https://tips.example", 2, b"no name"),
    ],
)
def test_it_refuses_in_one_line(  # noqa: PLR0917
    tipline, agency, tmp_path: Path, name: str, url: str, code: int, says: bytes
):
    out, root = tmp_path / "poster.pdf", agency.data / "relay" / "root.pub"
    done = tipline("keys", "poster", "--root", root, "--name", name, "--url", url, "--out", out)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert not out.exists()

"""docs/threat-model.md and docs/attacks.md claim only what a test holds: each row names one that exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("docs/threat-model.md", "docs/attacks.md")
#: [`tests/path/file.py::name`](../tests/path/file.py), the name of a JavaScript test being its title.
LINK = re.compile(r"\[`([^`]+?)::([^`]+)`\]\(([^)]+)\)")
TITLE = re.compile(r"""\b(?:it|test)\(\s*"([^"]+)\"""")
HELD_BY = "Test"


def claims(page: str) -> Iterator[tuple[str, str]]:
    """Return each row of the tables whose last column is headed "Test": the row, and that column."""
    held = False
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            held = False
        elif cells[-1] == HELD_BY:
            held = True
        elif held and set(line) - set("|-: "):
            yield line, cells[-1]


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the names of the tests in a file, or the titles of those in JavaScript."""
    text = path.read_text()
    if path.suffix == ".mjs":
        return frozenset(TITLE.findall(text))
    functions = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return frozenset(name for name in functions if name.startswith("test_"))


def faults(page: str, folder: Path) -> Iterator[str]:
    """Return what is wrong with the claims of a page that lies in *folder*."""
    for row, held_by in claims(page):
        if not LINK.search(held_by):
            yield f"no test: {row}"
    for file, name, target in LINK.findall(page):
        path = ROOT / file
        if (folder / target).resolve() != path.resolve():
            yield f"not where it leads: {file} to {target}"
        elif not path.is_file() or name not in names_in(path):
            yield f"there is no {file}::{name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_claim_is_held_by_a_test(page: str):
    """Every row has a link, every link leads to the file it names, and every test named is in that file."""
    path = ROOT / page
    assert len(list(claims(path.read_text()))) >= 20
    assert list(faults(path.read_text(), path.parent)) == []


@pytest.mark.parametrize("page", PAGES)
def test_what_no_test_holds_is_said(page: str):
    """Each page has its own list of it, and the README leads to the page."""
    assert "\n## What no test holds\n" in (ROOT / page).read_text()
    assert f"({page})" in (ROOT / "README.md").read_text()


HERE = "tests/test_claims.py"
NAME = "test_every_claim_is_held_by_a_test"


FAULTS = {
    "": (f"[`{HERE}::{NAME}`](../{HERE})", None),
    "words": ("we are sure", "no test"),
    "empty": ("", "no test"),
    "no link": (f"`{HERE}::{NAME}`", "no test"),
    "another name": (f"[`{HERE}::test_nothing`](../{HERE})", "there is no"),
    "a helper": (f"[`{HERE}::claims`](../{HERE})", "there is no"),
    "another file": (f"[`tests/test_gone.py::{NAME}`](../tests/test_gone.py)", "there is no"),
    "another aim": (f"[`{HERE}::{NAME}`](../tests/support.py)", "not where"),
    "a title": (
        "[`tests/tip/put.test.mjs::counts 204 as sent, and nothing else`](../tests/tip/put.test.mjs)",
        None,
    ),
    "another title": (
        "[`tests/tip/put.test.mjs::counts 205 as sent`](../tests/tip/put.test.mjs)",
        "there is no",
    ),
}


@pytest.mark.parametrize(("row", "fault"), FAULTS.values(), ids=FAULTS)
def test_the_check_can_fail(row: str, fault: str | None):
    """A row without a test, a test that is gone, a helper for a test, a link that leads elsewhere."""
    page = f"# Page\n\n| Claim | Test |\n|---|---|\n| it holds | {row} |\n"
    found = list(faults(page, ROOT / "docs"))
    assert len(found) == (fault is not None)
    assert all(one.startswith(fault or "") for one in found)

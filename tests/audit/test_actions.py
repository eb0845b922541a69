"""The one list of what an entry can say."""

from __future__ import annotations

import ast
from pathlib import Path

from tipline.audit import actions
from tipline.console import words

PACKAGE = Path(__file__).parent.parent.parent / "tipline"


def codes() -> dict[str, str]:
    """Return every constant of the list, by its name."""
    return {name: value for name, value in vars(actions).items() if name.isupper() and name != "ACTIONS"}


def test_every_action_has_words_and_every_word_an_action():
    """No code without words, no words for a code that nobody writes; the pages say the same words."""
    assert sorted(actions.ACTIONS) == sorted(codes().values())
    assert words.ACTION is actions.ACTIONS
    assert all(actions.ACTIONS.values())


def test_nobody_writes_an_action_of_their_own():
    """Whatever is appended to a chain is named by a constant of the list."""
    named = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.append":
                what = next(part for part in ast.walk(node) if isinstance(part, ast.Tuple))
                named.add(ast.unparse(what.elts[0]).rpartition(".")[2])
    assert named
    assert named <= codes().keys() | {"action"}

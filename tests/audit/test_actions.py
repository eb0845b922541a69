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


def written(tree: ast.AST) -> set[str]:
    """Return what a module names its entries by; a tuple may have a name of its own before it is appended."""
    nodes = list(ast.walk(tree))
    tuples = [
        (ast.unparse(node.targets[0]), node.value.elts[0])
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and node.value.elts
    ]
    found = []
    for call in nodes:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.append":
            what = next((part for part in ast.walk(call) if isinstance(part, ast.Tuple)), None)
            names = [first for name, first in tuples if name == ast.unparse(call.args[3])]
            assert what or names, ast.unparse(call)
            found += [what.elts[0]] if what else names
    return {ast.unparse(one).rpartition(".")[2] for one in found}


def test_nobody_writes_an_action_of_their_own():
    """Whatever is appended to a chain is named by a constant of the list."""
    named = set().union(*(written(ast.parse(path.read_text())) for path in PACKAGE.rglob("*.py")))
    assert named
    assert named <= codes().keys() | {"action"}

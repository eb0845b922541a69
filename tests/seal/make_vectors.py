"""Makes tests/vectors/*.json again: `.venv/bin/python -m tests.seal.make_vectors`.

Seeds follow from names; what sealing and signing draw at random is new in every run, so every file that holds
envelopes or signatures changes. Half of what is sealed here is sealed by JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.seal.making.approved import approved
from tests.seal.making.boards import boards
from tests.seal.making.book import FOLDER, Book
from tests.seal.making.envelopes import envelopes
from tests.seal.making.keyrings import keyrings
from tests.seal.making.messages import messages
from tests.seal.making.parcels import parcels, rewraps
from tests.seal.making.parts import headers, paddings, stanzas
from tests.seal.making.quorums import quorums
from tests.seal.making.slots import slots
from tests.seal.making.suites import receipts, schedules, suites
from tests.seal.node import Node

BOOKS: tuple[Callable[[Node], Book], ...] = (
    suites, receipts, schedules, paddings, messages, headers, stanzas,
    envelopes, quorums, rewraps, parcels, slots, keyrings, boards, approved,
)  # fmt: skip


def failures() -> None:
    """The words themselves: what the other files show."""
    words = {
        vector["failure"]
        for path in FOLDER.glob("*.json")
        if path.name != "failures.json"
        for vector in json.loads(path.read_text())["vectors"]
        if "failure" in vector
    }
    content = {"about": "Every word with which the format refuses", "failures": sorted(words)}
    (FOLDER / "failures.json").write_text(json.dumps(content, indent=1) + "\n")


def main() -> None:
    """Make all files again."""
    with Node() as node:
        for make in BOOKS:
            make(node).write()
    failures()


if __name__ == "__main__":
    main()

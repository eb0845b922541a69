"""Choices in a reply: the plain page, the console's preview and the tipster's page read the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tipline.web.choices import Piece, pieces

ROOT = Path(__file__).parent.parent.parent
REPLIES = {
    "words alone": ("How do you know?\n[x] no\n [ ] no", [Piece("How do you know?\n[x] no\n [ ] no")]),
    "a list": ("How?\n\n[ ] I saw it\n[ ]  Somebody told me \nThank you.", [
        Piece("How?"), Piece(choices=("I saw it", "Somebody told me")), Piece("Thank you."),
    ]),
    "nothing else": ("[ ] yes\n[ ] no", [Piece(choices=("yes", "no"))]),
    "two lists": ("[ ] a\n\n[ ] b", [Piece(choices=("a",)), Piece(choices=("b",))]),
    "in another direction": ("كيف؟\n[ ] رأيته", [Piece("كيف؟"), Piece(choices=("رأيته",))]),
    "an empty box": ("[ ] \n[ ] a", [Piece("[ ] "), Piece(choices=("a",))]),
    "one that is too long": (f"[ ] {'x' * 201}\n[ ] {'😀' * 200}", [
        Piece(f"[ ] {'x' * 201}"), Piece(choices=("😀" * 200,)),
    ]),
    "too many": ("\n".join(["[ ] a"] * 21), [Piece("\n".join(["[ ] a"] * 21))]),
    "markup": ("[ ] <b>", [Piece(choices=("<b>",))]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), REPLIES.values(), ids=REPLIES)
def test_what_is_a_box_and_what_are_words(text: str, wanted: list[Piece]):
    assert pieces(text) == wanted


def test_the_tipster_s_page_reads_the_same():
    """All of the above, through its own module."""
    script = (
        'import { pieces } from "./static/tip/choices.js";'
        "const texts = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(texts.map(pieces)));"
    )
    texts = json.dumps([text for text, _ in REPLIES.values()])
    command = ["node", "--input-type=module", "--eval", script, texts]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found = [[Piece(one["text"], tuple(one["choices"])) for one in reply] for reply in json.loads(run.stdout)]
    assert found == [wanted for _, wanted in REPLIES.values()]

"""Two overseers open a case in a process of its own, whose memory test_together_memory.py looks through.

    python -m tests.cases.opener FOLDER-OF-DATA

Says "open" while they read it, and "closed" once they have closed it and are still signed in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.conftest import PASSPHRASE
from tipline import db
from tipline.cases.work import Work
from tipline.staff import member
from tipline.together import sealed, together
from tipline.together.openings import Openings
from tipline.web import process


def main(data: Path) -> None:
    engine, openings = db.open_engine(data / "agency" / "console.db"), Openings()
    ada, ben = (
        Work(engine, member.sign_in(engine, data / "agency" / "keys", who, PASSPHRASE))
        for who in ("Ada", "Ben")
    )
    for own in (ada, ben):
        own.refresh()
    together.ask(ada, openings, 1, "Because")
    together.give(ben, openings, 1)
    assert len(sealed.read(ada, openings, 1).said) == 1
    say("open")
    together.close(ben, openings, 1)
    say("closed")


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    process.overwrite_freed_memory()
    main(Path(sys.argv[1]))

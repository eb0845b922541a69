"""What is left in memory of a case that overseers opened together, once one of them closed it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from tests import quorum
from tests.intake.relay import in_memory
from tipline import tables
from tipline.seal import opening, rewrap
from tipline.seal.quorum import combine

TEXT = "They took the money out of the safe on Tuesday."


def test_the_key_and_the_words_are_gone_when_it_is_closed(tmp_path: Path):
    """While it is open K is found; then neither K nor what follows from it, nor a word: both are still in."""
    oversight = quorum.make(tmp_path / "data")
    oversight.tip(TEXT)
    words = secrets_of(oversight)
    command = [sys.executable, "-m", "tests.cases.opener", str(oversight.made.data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin
        assert running.stdout
        assert running.stdout.readline() == "open\n"
        assert words[0] in in_memory(running.pid, *words)
        print("\n", file=running.stdin, flush=True)
        assert running.stdout.readline() == "closed\n"
        assert in_memory(running.pid, *words) == []
        running.stdin.close()


def secrets_of(oversight: quorum.Oversight) -> list[bytes]:
    """Return K, K_text, both keys of the reply part, and the words, found with two overseers' keys."""
    shares = []
    for who in ("Ada", "Cem"):
        own = oversight.work(who)
        (seat,) = [desk for desk in own.member.desks.values() if desk.seat_of]
        with oversight.engine.connect() as connection:
            at = tables.stanza.c
            row = connection.execute(select(at).where(at.desk == seat.id)).one()
            envelope = connection.scalar(select(tables.envelope.c.bytes))
        shares.append(rewrap.unwrap(seat.at_rest, row.envelope, seat.id, row.sealed))
    key = combine(envelope, shares).key
    return [key, opening.text_key_of(envelope, key), *opening.open_reply(envelope, key), TEXT.encode()]

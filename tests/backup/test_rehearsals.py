"""The losses an agency must live through, rehearsed on the real programs: what is back, and what is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.backup.rehearsal import Rehearsal, Told
from tipline.backup import note
from tipline.seal import slot
from tipline.seal.suite import HYBRID


def labels(run: Rehearsal, told: Told) -> set[bytes]:
    """The labels of one tipster that are on the board now."""
    own = {slot.label(HYBRID, told.keys.reply, index) for index in range(slot.LABELS)}
    return {one[: slot.LABEL_SIZE] for one in run.slots()} & own


def rows(run: Rehearsal, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{run.home / 'console.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.assurance
def test_a_lost_console_loses_no_tip_where_only_backed_up_ones_are_acknowledged(tmp_path: Path):
    """Restored with shares: old cases, old passphrases, what came after the backup, what came meanwhile."""
    with Rehearsal(tmp_path, acknowledge="backed-up") as run:
        run.back_up()
        run.start("collector", "console")
        before = run.tell()
        run.answer(before, "an answer before")
        file = run.back_up()
        after = run.tell()
        run.answer(after, "an answer after")
        seen = labels(run, before) | labels(run, after)
        run.lose_console()
        meanwhile = run.tell()

        said = run.restore(file)
        assert "No tip, message or file is lost" in said
        run.start("collector", "console")
        assert len(run.cases(before, after, meanwhile)) == 3
        assert run.replies(before) == ["an answer before"]
        assert run.wait(lambda: run.replies(after) == []), "stated: answers written after the backup are lost"
        run.answer(after, "another answer")
        run.answer(before, "one more answer")
        assert not (labels(run, before) | labels(run, after)) - labels(run, before) & seen
        assert labels(run, after).isdisjoint(seen), "no label is given out twice"
        run.answer(run.tell(), "new tips are answered")


@pytest.mark.assurance
def test_a_lost_console_loses_what_came_after_the_backup_where_stored_ones_are_acknowledged(tmp_path: Path):
    """Exactly that, as the restore says; an old backup beside a newer relay goes on above its serials."""
    with Rehearsal(tmp_path) as run:
        run.start("collector", "console")
        before = run.tell()
        run.answer(before, "an answer before")
        file = run.back_up()
        after = run.tell()
        for text in ("two", "three", "four"):
            run.answer(before, text)
        run.cases(after)
        run.wait(lambda: run.says_collected(after))
        seen = labels(run, before)
        serials = run.serials()
        run.lose_console()
        meanwhile = run.tell()

        said = run.restore(file, desk="Narcotics")
        assert "Tips, messages and files that were fetched after it are lost" in said
        run.start("collector", "console")
        run.cases(before, meanwhile)
        assert sorted(run.inbox()) == sorted(run.cases(before, meanwhile)), "and nothing else"
        run.wait(lambda: run.replies(before) == ["an answer before"])
        assert all(new > old for new, old in zip(run.serials(), serials, strict=True))
        run.answer(before, "one more answer")
        (first,) = rows(run, "SELECT next_slot FROM 'case' ORDER BY id LIMIT 1")
        assert first == (1 + note.SKIPPED + 1,)
        assert len(labels(run, before) - seen) == 1, "one is the answer from before, the other is new"
        assert len(seen) == 4


@pytest.mark.assurance
def test_a_lost_relay_is_filled_again_and_promises_nothing_that_is_lost(tmp_path: Path):
    """Keyring, board and answers are back; what was not collected is lost, and its page says nothing."""
    with Rehearsal(tmp_path) as run:
        run.start("collector", "console")
        kept = run.tell()
        run.answer(kept, "it is on the board")
        run.wait(lambda: run.says_collected(kept))
        run.stop("collector")
        lost = run.tell()
        run.lose_relay()
        run.start("collector")
        run.wait(run.has_keyring)
        run.wait(lambda: run.replies(kept) == ["it is on the board"])
        assert run.says_collected(kept)
        assert not run.says_collected(lost)
        run.answer(run.tell(), "new tips are answered")

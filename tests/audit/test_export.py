"""An auditor outside: the file, the root's fingerprint and a head, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.conftest import Audited
from tipline.audit import database, export
from tipline.audit.published import Kept
from tipline.audit.verify import Report, verify
from tipline.errors import FormatError, KeyringError
from tipline.keys import signer


def written(audited: Audited) -> bytes:
    to = io.BytesIO()
    with database.opened(audited.folder) as source:
        count = export.write(source, signer.read_revocations(audited.folder / "revocations"), to)
    assert count == 10
    return to.getvalue()


def checked(audited: Audited, data: bytes, *kept: Kept) -> Report:
    return verify(export.Export(io.BytesIO(data), audited.agency.made.fingerprint), kept)


def edited(data: bytes, edit: Callable[[dict[str, Any]], dict[str, Any] | None]) -> bytes:
    """Return an export whose lines were changed, or left out."""
    lines = [edit(json.loads(line)) for line in data.splitlines()]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines if line is not None)


def test_it_is_checked_as_the_database_is(audited: Audited):
    """The same sentences, the same counts."""
    kept = list(audited.published.values())
    assert checked(audited, written(audited), *kept) == audited.verify(*kept)


def test_it_holds_what_the_audit_says_and_nothing_else(audited: Audited):
    """No sealed key, no envelope, no name of a category."""
    kinds = {tuple(json.loads(line)) for line in written(audited).splitlines()}
    assert kinds == {
        ("v", "what", "console", "root", "revocations", "restored"),
        ("desk", "name"),
        ("day", "opening"),
        ("desk", "statement", "signature", "vouching"),
        ("desk", "seq", "case", "at", "entry", "signature"),
    }


def test_another_root_is_refused(audited: Audited):
    """The auditor knows the root from elsewhere."""
    with pytest.raises(KeyringError) as error:
        export.Export(io.BytesIO(written(audited)), bytes(32))
    assert error.value.failure == "root"


@pytest.mark.parametrize("number", [1, 4])
def test_an_entry_left_out_is_found(audited: Audited, number: int):
    """First or in the middle."""
    data = edited(written(audited), lambda line: None if line.get("seq") == number else line)
    assert not checked(audited, data).holds


def test_an_end_left_out_is_found_by_a_published_head(audited: Audited):
    """With the day heads that would show it."""
    whole = written(audited)
    data = edited(whole, lambda line: None if line.get("seq", 0) > 3 or "opening" in line else line)
    assert checked(audited, data).holds
    assert not checked(audited, data, *audited.published.values()).holds


def test_a_roster_left_out_is_found(audited: Audited):
    """Nobody at that desk can have signed anything then."""
    data = edited(written(audited), lambda line: None if "statement" in line else line)
    assert not checked(audited, data).holds


@pytest.mark.parametrize("data", [b"", b"{}\n", b"[]\n", b"\xff\n", b'{"what":"tipline audit"}\n'])
def test_what_is_no_export_is_refused(audited: Audited, data: bytes):
    """Strictly, before anything is checked."""
    with pytest.raises(FormatError):
        export.Export(io.BytesIO(data), audited.agency.made.fingerprint)


def test_a_line_that_is_none_is_refused(audited: Audited):
    """Whatever follows it."""
    with pytest.raises(FormatError):
        checked(audited, written(audited) + b'{"desk":"AA","name":""}\n')

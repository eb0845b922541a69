"""A CSV file is read as it is or refused with a sentence: no encoding is guessed, nothing is evaluated."""

from __future__ import annotations

import contextlib
import time

import pytest

from tipline.errors import FormatError
from tipline.imports import lines


def cells(data: bytes, **how: str) -> list[dict[str, str]]:
    """Return the cells of each line."""
    return [line.cells for line in lines.read(data, **how)]


@pytest.mark.parametrize(
    ("data", "how"),
    [
        ("Number,Text\n1,Straße, \n".replace(", \n", "\n").encode(), {}),
        ("\ufeffnumber,text\r\n1,Straße\r\n".encode(), {}),
        ("number;text\n1;Straße\n".encode(), {}),
        ("number\ttext\n1\tStraße\n".encode("utf-16"), {}),
        ("number|text\n1|Straße".encode("windows-1252"), {"encoding": "windows-1252"}),
        ('"number","text"\n"1","Straße"\n\n'.encode(), {"delimiter": ","}),
    ],
)
def test_it_is_read_however_it_was_written(data: bytes, how: dict[str, str]):
    """With any of the delimiters, marks of byte order, line ends, and encodings that are named."""
    assert cells(data, **how) == [{"number": "1", "text": "Straße"}]


def test_lines_are_numbered_as_an_editor_shows_them():
    """A quoted cell may run over several."""
    found = lines.read(b'number,text\n1,"two\nlines"\n2,x\n')
    assert [(line.number, line.cells["text"]) for line in found] == [(2, "two\nlines"), (4, "x")]


def test_a_wrong_line_is_said_and_the_others_are_read():
    """Too many cells, too few, or one too long."""
    found = lines.read(b"number,text\n1\n2,a,b\n3,ok\n4," + b"x" * 100_001)
    assert [(line.number, bool(line.wrong)) for line in found] == [
        (2, True),
        (3, True),
        (4, False),
        (5, True),
    ]


@pytest.mark.parametrize(
    ("data", "how", "failure"),
    [
        (b"", {}, "size"),
        (b"x" * (lines.FILE_MAX + 1), {}, "size"),
        ("number,text\n1,Straße".encode("windows-1252"), {}, "encoding"),
        (b"number,text\n1,a\0b", {}, "encoding"),
        (b"PK\x03\x04\x14\x00\x08\x00\xff\xfe", {}, "encoding"),
        (b"number,text\n1,a", {"encoding": "utf-7"}, "encoding"),
        (b"number,text\n1,a", {"delimiter": "x"}, "columns"),
        (b"\n1,a", {}, "columns"),
        (b"a,a\n1,2", {}, "columns"),
        (b",".join(b"c%d" % at for at in range(65)), {}, "columns"),
        (b'number,text\n1,"never closed\n' + b"2,x\n" * 100, {}, "columns"),
        (b'number,text\n1,"a"b\n', {}, "columns"),
        (b"number,text\n" + b"1,a\n" * (lines.LINES_MAX + 1), {}, "lines"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_such_file_is_refused(data: bytes, how: dict[str, str], failure: str):
    """Empty, huge, of another encoding, a ZIP file, with too many columns or lines, or no CSV at all."""
    with pytest.raises(FormatError) as refused:
        lines.read(data, **how)
    assert refused.value.failure == failure


@pytest.mark.parametrize("piece", [b",", b'"', b'""', b"\n", b"\r", b"a,", b'"a",\n', b"\xe2\x80\xae"])
def test_no_file_takes_long(piece: bytes):
    """Half a megabyte of any one piece is read or refused in a moment."""
    data = b"number,text\n" + (piece * lines.FILE_MAX)[: lines.FILE_MAX // 8]
    begin = time.process_time()
    with contextlib.suppress(FormatError):
        lines.read(data)
    assert time.process_time() - begin < 1

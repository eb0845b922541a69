"""A CSV file as lines of named columns. Pure; what is no such file is refused with a sentence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from tipline.errors import FormatError

#: Bytes of a file, lines in it, columns of a line, characters of a cell.
FILE_MAX, LINES_MAX, COLUMNS_MAX, CELL_MAX = 4 * 1024 * 1024, 5000, 64, 100_000
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-15", "shift_jis", "gb18030")
DELIMITERS = (",", ";", "\t", "|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, repr=False)
class Line:
    """A line of the file, by *number* as an editor shows it: its *cells* by column, or what is *wrong*."""

    number: int
    cells: dict[str, str]
    wrong: str = ""


def read(data: bytes, encoding: str = "utf-8", delimiter: str = "") -> list[Line]:
    """Return the lines under the first, which names the columns. *delimiter* "" takes the first line's.

    Raises FormatError "size", "encoding", "columns" or "lines" when it is not such a file at all. What is
    wrong with one line is said in that line.
    """
    if not data or len(data) > FILE_MAX:
        raise FormatError("size", f"a file has up to {FILE_MAX // 1024 // 1024} MiB and is not empty")
    text = _decode(data, encoding)
    first = text.split("\n", 1)[0]
    rows = _rows(text, delimiter or _delimiter(first))
    names = _names(next(rows, (0, []))[1])
    found: list[Line] = []
    for number, row in rows:
        if len(found) == LINES_MAX:
            raise FormatError("lines", f"a file has up to {LINES_MAX} lines: import it in parts")
        if row:
            found.append(_line(names, number, row))
    return found


def _decode(data: bytes, encoding: str) -> str:
    if encoding not in ENCODINGS:
        raise FormatError("encoding", "this is none of the encodings in the list")
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError("encoding", f"byte {error.start + 1} of the file is no {encoding}") from None
    if "\0" in text:
        raise FormatError("encoding", "the file holds zero bytes: it is no text in this encoding")
    return text


def _delimiter(first: str) -> str:
    return max(DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line with the number at which it begins; an unclosed quotation mark ends it all."""
    if delimiter not in DELIMITERS:
        raise FormatError("columns", "this is none of the delimiters in the list")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for row in reader:
            yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise FormatError("columns", f"from line {begin} on this is no CSV: {error}") from None


def _names(row: list[str]) -> list[str]:
    names = [name.strip().casefold() for name in row]
    if not any(names) or len(names) > COLUMNS_MAX:
        raise FormatError("columns", f"the first line names up to {COLUMNS_MAX} columns")
    if len(set(names)) != len(names):
        raise FormatError("columns", "two columns have the same name")
    return names


def _line(names: list[str], number: int, row: list[str]) -> Line:
    if len(row) != len(names):
        return Line(number, {}, f"it has {len(row)} cells, and the first line {len(names)}")
    if max(map(len, row)) > CELL_MAX:
        return Line(number, {}, f"a cell has over {CELL_MAX} characters")
    return Line(number, dict(zip(names, row, strict=True)))

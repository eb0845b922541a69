"""What a person at a ceremony does: prints the sheets, reads their words, scans their codes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image


def text(pdf: Path, page: int) -> str:
    """Return the text of a page (from 1), laid out as it is printed."""
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(pdf), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def pages(pdf: Path) -> int:
    told = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"^Pages:\s+(\d+)", told, re.MULTILINE)[1])


def rows(pdf: Path, page: int) -> list[str]:
    """Return the rows of words on a sheet, numbers included, as one would read them out."""
    below = text(pdf, page).partition("ROW BY ROW")[2].partition("Received")[0]
    return [line.strip() for line in below.splitlines() if line.strip()]


def picture(pdf: Path, page: int, into: Path, dots: int = 150) -> Path:
    """Print a page at so many dots an inch; return the picture."""
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(dots), "-f", str(page), "-l", str(page)]
    subprocess.run([*command, str(pdf), str(into)], check=True)
    return into.with_suffix(".png")


def scanned(pdf: Path, page: int, into: Path, dots: int = 150) -> list[str]:
    """Return what a scanner reads in the codes of a printed page."""
    with Image.open(picture(pdf, page, into, dots)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image)]

from __future__ import annotations

import subprocess
import sys

from tests.intake.relay import ROOT


def run(code: str) -> str:
    """Run *code* in a Python of its own; return what it printed."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def test_memory_is_kept_private() -> None:
    """No core is dumped, and the memory is closed to others of the same user (PR_GET_DUMPABLE is 3)."""
    code = """
import ctypes, resource
from tipline.web import process
process.keep_memory_private()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))
"""
    assert run(code) == "0 (0, 0)"


def test_freed_memory_is_overwritten() -> None:
    """The program starts itself once more with the settings for it; a block's last bytes count too."""
    code = """
import ctypes, os
from tipline.web import process
process.overwrite_freed_memory()
word = bytes(range(65, 65 + 7))
address, size = id(word), word.__sizeof__()
del word
left = ctypes.string_at(address, size)
print(os.environ["PYTHONMALLOC"], b"ABC" in left, b"EFG" in left)
"""
    assert run(code) == "malloc_debug False False"

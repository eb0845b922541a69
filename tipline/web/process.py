"""What a process does to itself at its start: its memory must neither outlive it nor keep what was freed."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4

#: Python fills a block when it frees it (debug), and glibc what a growing block leaves behind (perturb).
#: Neither is enough alone: glibc spares the last eight bytes of a block, Python the middle of one that moves.
#: Python's own allocator and glibc's thread cache would keep freed blocks from glibc.
_ENVIRONMENT = {
    "PYTHONMALLOC": "malloc_debug",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.perturb=165",
}


def overwrite_freed_memory() -> None:
    """Start this program again with freed memory overwritten, unless it already is."""
    if any(os.environ.get(name) != value for name, value in _ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **_ENVIRONMENT})  # noqa: S606


def keep_memory_private() -> None:
    """No core dumps, and no other process of this user may read the memory. Root still may."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_DUMPABLE, 0)


def end_with_parent(signal: int, parent: int) -> None:
    """Have the kernel send *signal* when the *parent* process ends."""
    _prctl(_PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal)


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")

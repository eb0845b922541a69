"""What the worker gives up before it looks at a byte: memory, time, files, and nearly every system call."""

from __future__ import annotations

import ctypes
import resource

_MIB = 1024 * 1024
#: The whole of a file is in memory beside what a decoder makes of it.
MEMORY = 1536 * _MIB
CPU_SECONDS = 20
#: Nothing can be opened after *lock*; before it Python's own modules are.
OPEN_FILES = 32
#: Some decoders work in threads, which count as processes here.
THREADS = 16
#: What libseccomp's header calls SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM) and (ENOSYS), SCMP_CMP_MASKED_EQ.
_ALLOW, _REFUSE, _NO_SUCH, _MASKED_EQ = 0x7FFF0000, 0x00050001, 0x00050026, 7
_CLONE_THREAD = 0x10000
#: Memory, the two pipes, and what a C library does between them: no file, no socket, no process.
_CALLS = (
    "read", "write", "readv", "writev", "close", "lseek", "fstat", "newfstatat", "mmap", "munmap", "mremap",
    "mprotect", "madvise", "brk", "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom",
    "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "sched_yield", "sched_getaffinity",
    "sysinfo", "uname", "getrusage", "times", "restart_syscall", "exit", "exit_group",
    "set_robust_list", "rseq",
)  # fmt: skip


class _Condition(ctypes.Structure):
    """A condition on a system call's argument: libseccomp's scmp_arg_cmp."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def limit() -> None:
    """Bound memory, processor time, threads and files; nothing is written to any file."""
    bounds = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: THREADS,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))


def lock() -> None:
    """Have the kernel refuse every system call but a few, for good.

    Raises OSError where libseccomp is not there or will not: then nothing may be decoded.
    """
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    filter_ = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_REFUSE)))
    rules: list[tuple[str, int, tuple[_Condition, ...]]] = [(name, _ALLOW, ()) for name in _CALLS]
    # A thread, and no process. Only of clone's flags can be told which; the newer call is said not to exist.
    is_thread = _Condition(0, _MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    rules += [("clone", _ALLOW, (is_thread,)), ("clone3", _NO_SUCH, ())]
    for name, action, only in rules:
        number = library.seccomp_syscall_resolve_name(name.encode())
        conditions = (_Condition * len(only))(*only)
        # Below 0: this kind of processor has no such call.
        if number >= 0 and library.seccomp_rule_add_array(
            filter_, ctypes.c_uint32(action), number, len(only), conditions
        ):
            raise OSError(name)
    if not filter_ or library.seccomp_load(filter_) != 0:
        raise OSError("seccomp_load")

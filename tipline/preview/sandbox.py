"""A fresh process for one file, under bubblewrap: no network, no file of ours, no time but a little.

It sees Python, the libraries that decode, the worker's own code, and two pipes. Nothing is ever decoded where
this cannot be had: then there are no previews, and Previews.trouble (preview/service.py) says why.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tipline.errors import PreviewError
from tipline.preview.inside import frames

#: A file over this is not previewed: the whole of it has to be in the worker's memory.
SIZE_MAX = 256 * 1024 * 1024
SECONDS = 30.0
#: So many at once, each with up to locks.MEMORY of memory; the next waits so long.
AT_ONCE, WAIT_SECONDS = 2, 20.0
_END_SECONDS = 5.0
_LENGTH, _AT_A_TIME = 8, 65536
_INSIDE = Path(__file__).parent / "inside"
_WORKER = "from tipline.preview.inside.main import main; main()"
_NOBODY = "65534"
_LIBRARIES = (
    "PIL", "pillow.libs", "pillow_heif", "_pillow_heif.*.so", "pillow_heif.libs", "pypdfium2",
    "pypdfium2_raw", "pypdfium2_cfg", "av", "av.libs",
)  # fmt: skip
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64")
_turns = threading.BoundedSemaphore(AT_ONCE)


def run(pieces: Iterable[bytes], size: int, *, worker: str = _WORKER, seconds: float = SECONDS) -> bytes:
    """Give a file of *size* bytes to a fresh worker, piece by piece; return what it answers.

    Raises PreviewError when it is too large, was stopped at a limit, or said too much; and what *pieces*
    raises.
    """
    if size > SIZE_MAX:
        raise PreviewError("the file is too large")
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise PreviewError("others are being made")
    try:
        return _run(pieces, size, worker, seconds)
    finally:
        _turns.release()


def command(worker: str) -> list[str]:
    """Return the command line that runs Python code in a sandbox. Raises PreviewError without bubblewrap."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise PreviewError("bubblewrap is not installed")
    packages = Path(sysconfig.get_path("purelib"))
    python = Path(sys.executable).resolve()
    seen = [python, Path(sysconfig.get_path("stdlib")), *map(Path, _SYSTEM), *_shared()]
    binds = [(f"/packages/{path.name}", path) for name in _LIBRARIES for path in packages.glob(name)]
    binds += [(str(path), path) for path in seen if path.exists()]
    binds.append(("/app/tipline/preview/inside", _INSIDE))
    return [
        bubblewrap,
        "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv",
        "--cap-drop", "ALL", "--uid", _NOBODY, "--gid", _NOBODY,
        *(part for inside, path in binds for part in ("--ro-bind", str(path), inside)),
        "--remount-ro", "/", "--chdir", "/", "--",
        str(python), "-I", "-S", "-B", "-c", f"import sys; sys.path += ['/app', '/packages']; {worker}",
    ]  # fmt: skip


def _shared() -> Iterator[Path]:
    """Yield Python's own shared library, where it has one."""
    folder, name = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME")
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and folder and name:
        yield Path(folder) / name


def _run(pieces: Iterable[bytes], size: int, worker: str, seconds: float) -> bytes:
    process = subprocess.Popen(  # noqa: S603 -- the command is this module's own
        command(worker),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )
    feeding = _Feeding(process, pieces, size)
    feeding.start()
    try:
        answered = _read(process, time.monotonic() + seconds)
    finally:
        _end(process)
        feeding.join(_END_SECONDS)
    if feeding.error is not None:
        raise feeding.error
    if len(answered) > frames.ANSWER_MAX:
        raise PreviewError("it said too much")
    if not answered:
        raise PreviewError("it was stopped, or ended by itself")
    return answered


def _read(process: subprocess.Popen[bytes], until: float) -> bytes:
    """Return what the worker says; nothing when it is not done by then, or a piece of what is too much."""
    assert process.stdout is not None
    said = bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while len(said) <= frames.ANSWER_MAX:
            if not ready.select(max(0.0, until - time.monotonic())):
                return b""
            came = os.read(process.stdout.fileno(), _AT_A_TIME)
            if not came:
                break
            said += came
    return bytes(said)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the sandbox with all that is in it, however far it has come."""
    # Bubblewrap's first child is in its group until it has set itself up to die with it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


class _Feeding(threading.Thread):
    """Writes a file into the worker while its answer is read. *error* is what the pieces raised."""

    def __init__(self, process: subprocess.Popen[bytes], pieces: Iterable[bytes], size: int) -> None:
        super().__init__(name="preview", daemon=True)
        self._process, self._pieces, self._size = process, pieces, size
        self.error: BaseException | None = None

    def run(self) -> None:
        """Write until all is written or nobody reads any more."""
        assert self._process.stdin is not None
        try:
            with self._process.stdin as sink:
                sink.write(self._size.to_bytes(_LENGTH, "big"))
                for piece in self._pieces:
                    sink.write(piece)
        except OSError:
            # The worker ended, or was stopped: that is told by its answer.
            return
        except BaseException as error:  # noqa: BLE001 -- raised again by who waits for the answer
            self.error = error
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

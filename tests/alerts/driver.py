"""Does one round of alerts in a child process that is killed at a chosen step, for each line "STEP WHEN".

A step is a transaction of the database or a request to the alerts' server. Answers each with "killed" or
"ended" (there were fewer steps).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.collector.driver import Steps, count_commits, counted
from tipline import db
from tipline.alerts.channels.ntfy import Ntfy
from tipline.alerts.round import Round
from tipline.settings import ConsoleSettings, load


def child(config: Path, line: str) -> None:
    number, when = line.split()
    steps = Steps(int(number), when, "self")
    count_commits(steps)
    Ntfy.send = counted(steps, Ntfy.send)  # type: ignore[method-assign]  # this child is killed at it
    settings = load(ConsoleSettings, config)
    Round(db.open_engine(settings.folder / "console.db"), settings, settings.folder / "keys").do()


def main(config: Path) -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            child(config, line)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        sys.stdout.write({-signal.SIGKILL: "killed\n", 0: "ended\n"}.get(status, "broken\n"))
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

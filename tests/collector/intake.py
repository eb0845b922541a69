"""Intake as `tipline intake` runs it, but for what that does to its own memory: it is started often here."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from tipline.intake.serve import Intake
from tipline.settings import IntakeSettings, load

if __name__ == "__main__":
    with Intake(load(IntakeSettings, Path(sys.argv[1]))):
        sys.stdout.write("serving\n")
        sys.stdout.flush()
        signal.pause()

"""`python -m tipline` is `tipline`."""

from __future__ import annotations

from tipline.cli.main import main

main()

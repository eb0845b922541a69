"""One Node process that answers for the JavaScript half: tests/seal/cross.mjs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SCRIPT = Path(__file__).with_name("cross.mjs")


class Node:
    """Asks a single process, request by request. Used with `with`, which ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def ask(self, operation: str, **given: Any) -> dict[str, Any]:
        """Return {"gives": ...} or {"failure": word}."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": operation, "with": given}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "node ended"
        return json.loads(answer)  # type: ignore[no-any-return]

    def gives(self, operation: str, **given: Any) -> Any:
        """Return the result, which must not be a refusal."""
        answer = self.ask(operation, **given)
        assert "failure" not in answer, answer
        return answer["gives"]

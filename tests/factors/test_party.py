"""Under which name keys know the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from tipline.factors import party
from tipline.settings import ConsoleSettings


@pytest.mark.parametrize(
    ("hosts", "name", "origins"),
    [
        ((), "localhost", ("http://localhost:8090",)),
        (("10.1.2.3", "10.1.2.3:8443", "[::1]:1"), "localhost", ("http://localhost:8090",)),
        (("desk.example",), "desk.example", ("https://desk.example",)),
        (("desk.example:443", "10.1.2.3"), "desk.example", ("https://desk.example",)),
        (
            ("desk.example", "desk.example:8443", "other.example"),
            "desk.example",
            ("https://desk.example", "https://desk.example:8443"),
        ),
    ],
)
def test_the_first_name_is_the_consoles(hosts: tuple[str, ...], name: str, origins: tuple[str, ...]):
    """An address is no name, and pages of other names are not the console's."""
    settings = ConsoleSettings(
        folder=Path(),
        name="Agency",
        root_fingerprint="00" * 32,
        relay="http://127.0.0.1:1",
        listen="127.0.0.1:8090",
        hosts=hosts,
    )
    found = party.of(settings)
    assert (found.id, found.origins) == (name, origins)

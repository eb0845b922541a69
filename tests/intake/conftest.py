from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.relay import Relay, relay
from tests.support import Agency, make_agency
from tipline.intake import rack
from tipline.intake.serve import Intake


@pytest.fixture(scope="session")
def agency() -> Agency:
    """Return one agency for the whole run: its keys take a while to make."""
    return make_agency()


@pytest.fixture
def served(tmp_path: Path, agency: Agency, request: pytest.FixtureRequest) -> Iterator[Relay]:
    """Intake in this process, keyring published. A test changes settings with @pytest.mark.parametrize."""
    changes = {"envelope_places": 16, "parcel_places": 2, **getattr(request, "param", {})}
    with relay(tmp_path / "relay", agency, **changes) as made:
        settings = made.settings
        rack.create(made.folder / "rack.db", settings.envelope_places, settings.parcel_places)
        with Intake(settings):
            made.publish()
            yield made


def with_settings(**changes: object) -> pytest.MarkDecorator:
    """Give the served relay other settings."""
    return pytest.mark.parametrize("served", [changes], indirect=True)

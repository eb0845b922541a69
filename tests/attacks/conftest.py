"""The agency that is attacked. What an attacker does here is done with the bytes that such a one has."""

from tests.conftest import agency_

__all__ = ["agency_"]

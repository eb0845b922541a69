"""What an agency says about its conversation with tipsters, in console.toml under [talk]."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tipline.talk import hours


class TalkSettings(BaseModel):
    """The fields of [talk]. Empty: the variable is not to be had, or the desk has no hours."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: The number to call in an emergency, as templates say it.
    emergency: str = ""
    #: In how many days a tipster is asked to come back.
    come_back_days: Annotated[int, Field(ge=1, le=90)] = 7
    #: When somebody is at the desk, as "mon-fri 08:00-18:00", and the time zone that this is said in.
    hours: tuple[str, ...] = ()
    zone: str = "UTC"

    @field_validator("hours")
    @classmethod
    def _check_hours(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            hours.parse(one)
        return given

    @field_validator("zone")
    @classmethod
    def _check_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (KeyError, ValueError, OSError):
            raise ValueError("there is no such time zone") from None
        return given

    def is_open(self, seconds: int) -> bool:
        """Tell whether somebody is at the desk at a time (seconds since 1970); always without hours."""
        spans = [hours.parse(one) for one in self.hours]
        return not spans or hours.holds(spans, ZoneInfo(self.zone), seconds)

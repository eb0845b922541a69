"""The agency's policy on clocks and retention, as console.toml has it: [clocks] and [retention]."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tipline.closing import disposition

_Days = Annotated[int, Field(ge=1, le=36_500)]
_YEAR = 365
_FROZEN = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

#: How many days a closed case is kept, by disposition, where the agency says nothing.
DEFAULT_DAYS = {
    disposition.ACTIONED: 5 * _YEAR,
    disposition.INTELLIGENCE: 5 * _YEAR,
    disposition.DUPLICATE: _YEAR,
    disposition.NO_NEXUS: _YEAR,
    disposition.INSUFFICIENT: 2 * _YEAR,
    disposition.UNFOUNDED: _YEAR,
    disposition.PRANK: 180,
    disposition.SPAM: 90,
    disposition.MALICIOUS: 2 * _YEAR,
    disposition.OTHER_AGENCY: 2 * _YEAR,
    disposition.KNOWN: 2 * _YEAR,
    disposition.NO_REPLY: 2 * _YEAR,
}


class Retention(BaseModel):
    """`[retention]`: *days* by disposition, each in place of its default."""

    model_config = _FROZEN
    days: dict[str, _Days] = Field(default_factory=dict)

    @field_validator("days")
    @classmethod
    def _known(cls, value: dict[str, int]) -> dict[str, int]:
        if not value.keys() <= disposition.CODES.keys():
            raise ValueError(f"a disposition is one of {', '.join(disposition.CODES)}")
        return value

    def of(self, code: str) -> int:
        """Return how many days a case that was closed with this *code* is kept."""
        return self.days.get(code) or DEFAULT_DAYS[code]


class OwnClock(BaseModel):
    """`[[clocks.own]]`: the agency's own times for some *categories* (none named: for all), in days."""

    model_config = _FROZEN
    name: Annotated[str, Field(min_length=1, max_length=60)]
    categories: tuple[str, ...] = ()
    read_days: _Days | None = None
    acknowledge_days: _Days | None = None
    feedback_days: _Days | None = None


class Clocks(BaseModel):
    """`[clocks]`: the *directive*'s categories, the agency's *own* clocks, and when a clock is due *soon*."""

    model_config = _FROZEN
    directive: tuple[str, ...] = ()
    own: tuple[OwnClock, ...] = ()
    soon_days: Annotated[int, Field(ge=0, le=365)] = 2

"""What an agency says about rewards, in console.toml under [rewards]."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RewardSettings(BaseModel):
    """The fields of [rewards]: amounts are in whole units of the *currency*."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: Three letters, as banks write them.
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    #: What a board may grant for one case.
    least: Annotated[int, Field(ge=1)] = 50
    most: Annotated[int, Field(ge=1, le=100_000_000)] = 1000
    #: For how many days a claim code is paid; after them the reward is uncollected.
    days: Annotated[int, Field(ge=7, le=3650)] = 365

    @model_validator(mode="after")
    def _check_amounts(self) -> RewardSettings:
        if self.least > self.most:
            raise ValueError("the least amount is more than the most")
        return self

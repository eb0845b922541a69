"""How an agency grades tips: a table of console.toml."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class AssessmentSettings(BaseModel):
    """`[assessment]` of console.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: The scheme that tips are graded in: the United Kingdom's 3x5x2, Europol's 4x4, or the Admiralty code.
    scheme: Literal["3x5x2", "europol", "admiralty"] = "3x5x2"

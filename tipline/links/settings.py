"""What an agency may say about finding cases that belong together."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class LinksSettings(BaseModel):
    """`[links]` in console.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: The country, by two capitals, of telephone numbers that are written without theirs; "" finds only those
    #: with it.
    region: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""

"""What languages an agency works in: a table of console.toml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class LanguagesSettings(BaseModel):
    """`[languages]` of console.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: What every officer reads, by the codes of ISO 639. What somebody reads besides is on their own page.
    everyone: tuple[str, ...] = ("en",)

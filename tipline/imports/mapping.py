"""What the old system's columns and words mean here: read from a small TOML text that the officer gives."""

from __future__ import annotations

import tomllib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tipline.closing import disposition
from tipline.errors import FormatError
from tipline.seal.message import CODE, LANG

TEXT_MAX = 20_000
_FROZEN = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class Columns(BaseModel):
    """`[columns]`: the old name of each column that is taken over; the others are not."""

    model_config = _FROZEN
    number: _Name = "number"
    text: _Name = "text"
    date: _Name = "date"
    category: _Name = "category"
    language: _Name = "language"
    priority: _Name = "priority"
    disposition: _Name = "disposition"
    note: _Name = "note"


class Mapping(BaseModel):
    """The whole: how dates are written (as strftime has it), what stands where a cell is empty, and words."""

    model_config = _FROZEN
    columns: Columns = Columns()
    date: _Name = "%Y-%m-%d"
    category: Annotated[str, Field(pattern=f"^{CODE.pattern}$")] = "other"
    language: Annotated[str, Field(pattern=f"^(?:{LANG.pattern})$")] = "und"
    priority: Annotated[int, Field(ge=0, le=4)] = 3
    #: The old system's words, in any capitals, and the codes here.
    categories: dict[_Name, str] = Field(default_factory=dict)
    dispositions: dict[_Name, str] = Field(default_factory=dict)
    priorities: dict[_Name, Annotated[int, Field(ge=0, le=4)]] = Field(default_factory=dict)

    @field_validator("dispositions")
    @classmethod
    def _ends(cls, value: dict[str, str]) -> dict[str, str]:
        # Which case is repeated is not known here, and "already known" says what is.
        known = set(disposition.CODES) - {disposition.DUPLICATE}
        if not set(value.values()) <= known:
            raise ValueError(f"a disposition is one of {', '.join(sorted(known))}")
        return value


def read(text: str) -> Mapping:
    """Read a mapping; an empty text is the one by the columns' own names. Raises FormatError "mapping"."""
    if len(text) > TEXT_MAX:
        raise FormatError("mapping", f"it holds {TEXT_MAX} characters")
    try:
        return Mapping(**tomllib.loads(text.replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        raise FormatError("mapping", str(error)) from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
        raise FormatError("mapping", wrong) from None
    except TypeError:
        raise FormatError("mapping", "its names are those in the manual") from None

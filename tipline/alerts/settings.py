"""The part of console.toml that says when alerts are raised, and by which ways they go: `[alerts]`."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

#: As a case's priority is written.
Priority = Literal["P0", "P1", "P2", "P3", "P4"]
_UNREAD: dict[Priority, int] = {"P0": 0, "P1": 0, "P2": 240, "P3": 1440}
ADDRESS = r"^[^@\s<>\",;]+@[^@\s<>\",;]+$"
TOPIC = r"^[A-Za-z0-9_-]{0,64}$"
Mail = Annotated[str, Field(pattern=ADDRESS, max_length=254)]
#: Over TLS, or to this machine itself.
Url = Annotated[str, Field(pattern=r"^(https://[^/@\s]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)(/\S*)?$")]
Proxy = Annotated[str, Field(pattern=r"^http://[^/@\s]+$")]


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("this machine knows no such time zone") from None
    return name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SmtpSettings(_Part):
    """A mail server: *to* are addresses told of every alert; officers' own are on their pages."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    #: STARTTLS, or TLS from the first byte. Without either nothing is sent.
    security: Literal["starttls", "tls"] = "starttls"
    #: The certificates to believe instead of the machine's.
    authority: Path | None = None
    user: str = ""
    password_file: Path | None = None
    sender: Mail
    to: tuple[Mail, ...] = ()


class WebhookSettings(_Part):
    """An address that gets JSON by POST, signed with the secret in a file."""

    url: Url
    secret_file: Path
    authority: Path | None = None
    proxy: Proxy | None = None


class NtfySettings(_Part):
    """An ntfy server: *topic* is told of every alert; officers' own topics are on their pages."""

    server: Url = "https://ntfy.sh"
    topic: Annotated[str, Field(pattern=TOPIC)] = ""
    token_file: Path | None = None
    authority: Path | None = None
    proxy: Proxy | None = None


class AlertsSettings(_Part):
    """When an alert is raised, how it climbs, and the ways it goes by. Times are in minutes."""

    #: How long a tip of each priority may wait unread. One that is not named never raises an alert.
    unread_minutes: dict[Priority, Annotated[int, Field(ge=0, le=60 * 24 * 60)]] = Field(
        default_factory=_UNREAD.copy
    )
    #: How often an alert is repeated that nobody has taken, and after how long the next are told too.
    repeat_minutes: Annotated[int, Field(ge=1, le=120)] = 5
    climb_minutes: Annotated[int, Field(ge=1, le=240)] = 10
    #: How long whoever took an alert has until the tips are opened.
    open_minutes: Annotated[int, Field(ge=1, le=240)] = 15
    #: How many times slower all three are where a tip only waits, and nobody may be in danger.
    patience: Annotated[int, Field(ge=1, le=100)] = 12
    #: "plain" says how many tips wait, how urgent and where; "neutral" says that somebody should sign in.
    words: Literal["plain", "neutral"] = "plain"
    #: The clocks that the rota goes by.
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    #: How often each way is tried when nothing is to be told.
    check_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    smtp: SmtpSettings | None = None
    webhook: tuple[WebhookSettings, ...] = ()
    ntfy: NtfySettings | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that its ways read: secrets, and certificates to believe."""
        ways = [way for way in (self.smtp, *self.webhook, self.ntfy) if way is not None]
        return tuple(value for way in ways for _, value in way if isinstance(value, Path))

"""Settings: one TOML file a program, read once, frozen. Secrets lie in files of their own, named here."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from tipline.alerts.settings import AlertsSettings
from tipline.assessment.settings import AssessmentSettings
from tipline.closing.settings import Clocks, Retention
from tipline.errors import FormatError, SettingsError
from tipline.languages.settings import LanguagesSettings
from tipline.links.settings import LinksSettings
from tipline.rewards.settings import RewardSettings
from tipline.seal.suite import HYBRID, Suite, suite_named
from tipline.talk.settings import TalkSettings

Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Listen = Annotated[str, Field(pattern=r"^(127\.0\.0\.1|localhost|\[::1\]|[0-9.]+):[0-9]{1,5}$")]


#: What of the agency's policy is told apart by name.
STORED: Final = "stored"
#: The kinds of second factor: a security key, and the six digits that a telephone shows.
WEBAUTHN: Final = "webauthn"
TOTP: Final = "totp"


def _read_suite(name: object) -> Suite:
    """A suite stands in the file by its name."""
    try:
        return suite_named(str(name))
    except FormatError as error:
        raise ValueError(str(error)) from None


AgencySuite = Annotated[Suite, PlainValidator(_read_suite)]


class _Settings(BaseModel):
    # A rejected value could be a secret: it never appears in an error.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: The folder of the settings file; every relative path starts here.
    folder: Path


class IntakeSettings(_Settings):
    """`relay/intake.toml`: all that the public host knows."""

    #: SHA-256 of the root's public key, in hex.
    root_fingerprint: Hex32
    #: The cipher suite of the whole agency, by name: chosen at `tipline init --suite`, and for good.
    suite: AgencySuite = HYBRID
    #: Where the proxy reaches intake; and the onion service and the plain pages, which have budgets only.
    public: Listen
    onion: Listen
    #: Where the plain pages listen, and the address that the page links to. Empty: switched off.
    plain: Listen | None = None
    plain_url: str = "/plain/"
    #: Where consoles collect and post. Private network or loopback.
    handover: Listen
    #: For each console the SHA-256 of its handover secret, in hex. Two at most: an envelope has two dockets.
    consoles: Annotated[dict[str, Hex32], Field(min_length=1, max_length=2)]
    #: How many proxies stand before the public port and add X-Forwarded-For: 0 or 1.
    proxy_hops: Annotated[int, Field(ge=0, le=1)] = 1
    #: Places in the rack. A parcel place takes 1 MiB of disk from the start.
    envelope_places: Annotated[int, Field(ge=1)] = 4096
    parcel_places: Annotated[int, Field(ge=1)] = 2048
    #: What one address may send, and what the onion service as a whole may, in Flask-Limiter's words.
    envelope_limit: str = "30/hour"
    parcel_limit: str = "300/hour"
    onion_envelope_limit: str = "600/hour"
    onion_parcel_limit: str = "6000/hour"
    #: How long a body may take to arrive, in seconds.
    body_seconds: Annotated[float, Field(gt=0)] = 600.0
    #: Serial numbers below which the page refuses a console's section of the keyring.
    serial_floors: dict[str, int] = Field(default_factory=dict)
    #: The serial below which the page refuses the list of revocations, and with it the whole keyring.
    revocations_floor: Annotated[int, Field(ge=0)] = 0


class ConsoleSettings(_Settings):
    """`agency/console.toml`: read by collector and console."""

    #: The name this console has in the keyring.
    console: str = "agency"
    #: The name the agency shows its officers.
    name: str
    root_fingerprint: Hex32
    #: As in intake.toml.
    suite: AgencySuite = HYBRID
    #: Intake's handover address, and the certificate to pin when it crosses a network (https).
    relay: str
    relay_certificate: Path | None = None
    #: Where the console listens, and further names (as "name" or "name:port") that officers reach it by.
    listen: Listen
    hosts: tuple[str, ...] = ()
    #: How often the collector asks, and posts the board if it changed, in seconds.
    collect_seconds: Annotated[float, Field(gt=0)] = 30.0
    board_seconds: Annotated[float, Field(gt=0)] = 600.0
    #: How many days "collected" waits: 1 publishes a day's tokens on the next day, all at once.
    collected_delay_days: Annotated[int, Field(ge=0, le=2)] = 1
    #: How many days a reply stays on the board.
    reply_days: Annotated[int, Field(ge=1, le=365)] = 30
    #: What the relay is told to delete: what is stored here, or what a verified backup holds too.
    acknowledge: Literal["stored", "backed-up"] = STORED
    #: Whether a unit is given only a report that a second officer of triage has approved. An agency with one
    #: triage officer must switch it off.
    report_approval: bool = True
    #: How many minutes an idle officer stays signed in.
    idle_minutes: Annotated[int, Field(ge=1)] = 15
    #: What an officer signs in with besides the passphrase. Unset: "webauthn"; in a demo nothing.
    factors: Literal["webauthn", "webauthn or totp"] | None = None
    #: How many overseers open a tip together, where this console's desk is one that opens only so.
    quorum: Annotated[int, Field(ge=2, le=5)] | None = None
    #: How many envelopes a day nobody but this console can open, tips and covers together; 0 sends no covers.
    covers_per_day: Annotated[int, Field(ge=0, le=60)] = 0
    #: The address of the public page, which covers are sent to, and an HTTP proxy on the way, as Tor has one.
    covers_url: Annotated[str, Field(pattern=r"^https?://[^/]+$")] | None = None
    covers_proxy: Annotated[str, Field(pattern=r"^http://[^/]+$")] | None = None
    #: How cases that belong together are found.
    links: LinksSettings = LinksSettings()
    #: How long closed cases are kept, and the times within which tipsters are answered.
    retention: Retention = Retention()
    clocks: Clocks = Clocks()
    #: When and how officers are called who are not signed in.
    alerts: AlertsSettings = Field(default_factory=AlertsSettings)
    #: How tips are graded.
    assessment: AssessmentSettings = AssessmentSettings()
    #: How tipsters are answered, and what may be granted as a reward (tipline/talk, tipline/rewards).
    talk: TalkSettings = TalkSettings()
    rewards: RewardSettings = RewardSettings()
    #: What languages officers read.
    languages: LanguagesSettings = LanguagesSettings()
    #: Where `tipline preview` listens, which makes previews. Unset: the console makes the sandboxes itself.
    preview_socket: Path | None = None
    #: A demo may run on a machine with swap and a temp folder on disk, and says so on every page.
    demo: bool = False

    @property
    def factor_kinds(self) -> tuple[str, ...]:
        """The kinds of second factor, of which every officer needs one; none in a demo that says so."""
        if self.factors is None and self.demo:
            return ()
        return (WEBAUTHN, TOTP) if self.factors == f"{WEBAUTHN} or {TOTP}" else (WEBAUTHN,)


#: The line that `tipline keys install` writes: before it an agency has no keys.
ROOT = "root_fingerprint"
_NO_ROOT = "this agency has no keys yet: hold the ceremony, then run `tipline keys install`"

S = TypeVar("S", bound=_Settings)


def load(kind: type[S], path: Path, **known: object) -> S:
    """Read *path* as settings of *kind*; *known* stands in for lines that are not written yet.

    Raises SettingsError that names what is wrong, never a value.
    """
    try:
        fields = tomllib.loads(path.read_text())
    except OSError as error:
        raise SettingsError(f"{path.name}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: {error}") from None
    try:
        return kind(folder=path.resolve().parent, **known | fields)
    except ValidationError as error:
        errors = error.errors()
        if [e["loc"] for e in errors] == [(ROOT,)] and ROOT not in fields:
            raise SettingsError(f"{path.name}: {_NO_ROOT}") from None
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in errors)
        raise SettingsError(f"{path.name}: {wrong}") from None

"""Writing intake.toml and console.toml for a new agency, and reading them back as their programs will."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tipline.errors import SettingsError
from tipline.settings import ROOT, ConsoleSettings, IntakeSettings, load
from tipline.setup.plan import Plan
from tipline.wire.paths import secret_hash

#: Stands for the fingerprint that `tipline keys install` will write.
_ANY_ROOT = {ROOT: bytes(32).hex()}
#: What a console that joins a relay asks of that relay's intake.toml.
FOR_RELAY = "for-the-relay.toml"


def write(plan: Plan, secret: bytes) -> None:
    """Write the settings files into the folders of *plan*, all but the root's fingerprint.

    A plan that joins a relay has none of intake's, but the lines to add there. Raises SettingsError for a
    value of no use.
    """
    relay, agency = plan.data / "relay" / "intake.toml", plan.data / "agency" / "console.toml"
    _write(agency, to_toml("Collector and console. See tipline/settings.py.", _console(plan)))
    load_console(agency)
    if plan.relay is None:
        _write(relay, to_toml("The public host. See tipline/settings.py.", _intake(plan, secret)))
        load(IntakeSettings, relay, **_ANY_ROOT)
        return
    line = {"consoles": {plan.console: secret_hash(secret)}}
    what = "For the relay's intake.toml: the last line goes under [consoles] there. It is not secret."
    _write(plan.data / FOR_RELAY, to_toml(what, line))


def load_console(path: Path) -> ConsoleSettings:
    """Read console.toml, also before its agency has a root."""
    return load(ConsoleSettings, path, **_ANY_ROOT)


def root_of(path: Path) -> bytes | None:
    """Return the root's fingerprint that a settings file names; None while it names none."""
    try:
        return bytes.fromhex(tomllib.loads(path.read_text())[ROOT])
    except KeyError:
        return None


def name_root(path: Path, root_fingerprint: bytes) -> None:
    """Add the root's fingerprint to a settings file that names none yet: its program may start now."""
    comment, _, rest = path.read_text().partition("\n")
    _write(path, f'{comment}\n{ROOT} = "{root_fingerprint.hex()}"\n{rest}')


def to_toml(comment: str, fields: Mapping[str, object]) -> str:
    """Write *fields* as TOML: texts, numbers, truth values, lists and tables of these.

    Raises SettingsError for anything else.
    """
    lines = [f"# {comment}"]
    lines += [f"{key} = {_value(value)}" for key, value in fields.items() if not isinstance(value, Mapping)]
    for key, table in fields.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{key}]"] + [f"{name} = {_value(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


def _intake(plan: Plan, secret: bytes) -> dict[str, object]:
    addresses = plan.addresses
    fields: dict[str, object] = {
        "public": addresses.public,
        "onion": addresses.onion,
        "handover": addresses.handover,
        "suite": plan.suite.name,
    }
    if addresses.plain is not None:
        fields["plain"] = addresses.plain
    return {**fields, **plan.intake, "consoles": {plan.console: secret_hash(secret)}}


def _console(plan: Plan) -> dict[str, object]:
    return {
        "console": plan.console,
        "name": plan.name,
        "relay": plan.relay or f"http://{plan.addresses.handover}",
        "listen": plan.addresses.console,
        "suite": plan.suite.name,
        **({"quorum": plan.quorum} if plan.quorum else {}),
        **plan.settings,
    }


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _value(value: object) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML string, but for DEL, and for surrogates, which names cannot hold.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    raise SettingsError(f"a setting is a text, a number, true or false, or some, not {type(value).__name__}")

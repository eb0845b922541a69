"""Writing intake.toml and console.toml for a new agency, and reading them back as their programs will."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tipline.errors import SettingsError
from tipline.keys.plan import Plan
from tipline.settings import ConsoleSettings, IntakeSettings, load
from tipline.wire.paths import secret_hash


def write(plan: Plan, root_fingerprint: bytes, secret: bytes) -> None:
    """Write both settings files into the folders of *plan*. Raises SettingsError for a value of no use."""
    intake = _intake(plan, root_fingerprint, secret)
    console = _console(plan, root_fingerprint)
    _write(plan.data / "relay" / "intake.toml", "The public host. See tipline/settings.py.", intake)
    _write(plan.data / "agency" / "console.toml", "Collector and console. See tipline/settings.py.", console)
    load(IntakeSettings, plan.data / "relay" / "intake.toml")
    load(ConsoleSettings, plan.data / "agency" / "console.toml")


def to_toml(comment: str, fields: Mapping[str, object]) -> str:
    """Write *fields* as TOML: texts, numbers, truth values, and tables of these.

    Raises SettingsError for anything else.
    """
    lines = [f"# {comment}"]
    lines += [f"{key} = {_value(value)}" for key, value in fields.items() if not isinstance(value, Mapping)]
    for key, table in fields.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{key}]"] + [f"{name} = {_value(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


def _intake(plan: Plan, root_fingerprint: bytes, secret: bytes) -> dict[str, object]:
    addresses = plan.addresses
    fields: dict[str, object] = {
        "root_fingerprint": root_fingerprint.hex(),
        "public": addresses.public,
        "onion": addresses.onion,
        "handover": addresses.handover,
    }
    if addresses.plain is not None:
        fields["plain"] = addresses.plain
    return {**fields, **plan.intake, "consoles": {plan.console: secret_hash(secret)}}


def _console(plan: Plan, root_fingerprint: bytes) -> dict[str, object]:
    return {
        "console": plan.console,
        "name": plan.name,
        "root_fingerprint": root_fingerprint.hex(),
        "relay": f"http://{plan.addresses.handover}",
        "listen": plan.addresses.console,
        **plan.settings,
    }


def _write(path: Path, comment: str, fields: Mapping[str, object]) -> None:
    path.write_text(to_toml(comment, fields))
    path.chmod(0o600)


def _value(value: object) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML string, but for DEL, and for surrogates, which names cannot hold.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    raise SettingsError(f"a setting is a text, a number, true or false, not {type(value).__name__}")

"""Agencies for tests: each is made once a process and day, and every test has a copy of its own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import astuple, fields, replace
from pathlib import Path

from tipline import clock
from tipline.setup import agency
from tipline.setup.agency import Created
from tipline.setup.plan import Addresses, Plan

#: What a copy has for itself.
_OWN = {"data", "addresses"}
_MADE: dict[str, tuple[Created, Addresses]] = {}


def create(plan: Plan) -> Created:
    """Do as *agency.create* does, with keys that other tests of this process have too."""
    key = repr(
        [clock.today(), *(getattr(plan, field.name) for field in fields(plan) if field.name not in _OWN)]
    )
    # repr leaves passphrases out.
    key += repr([officer.passphrase for officer in plan.officers]) + repr(plan.addresses.plain is None)
    if key not in _MADE:
        _MADE[key] = (agency.create(replace(plan, data=_folder() / "data")), plan.addresses)
    first, addresses = _MADE[key]
    made = replace(first, data=plan.data)
    shutil.copytree(first.data, plan.data, dirs_exist_ok=True)
    for settings in (made.intake, made.console):
        if settings.exists():
            _move(settings, addresses, plan.addresses)
    return made


def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="agency")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _move(settings: Path, old: Addresses, new: Addresses) -> None:
    """Write the addresses of this copy in the place of those of the first."""
    text = settings.read_text()
    pairs = [pair for pair in zip(astuple(old), astuple(new), strict=True) if None not in pair]
    # By way of what is no address: the new ones can be among the old ones.
    for place, (before, _) in enumerate(pairs):
        text = text.replace(before, f"<{place}>")
    for place, (_, after) in enumerate(pairs):
        text = text.replace(f"<{place}>", after)
    settings.write_text(text)

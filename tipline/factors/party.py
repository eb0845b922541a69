"""Whom a security key proves itself to: the console's own name, which the browser vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from tipline.settings import ConsoleSettings

#: Without a name of its own a console is reached on its own machine: browsers know this one as safe.
LOCAL: Final = "localhost"
_TLS_PORT = ":443"


@dataclass(frozen=True)
class Party:
    """The console as security keys know it: *id*, a host's name; *origins* as a browser names its pages."""

    id: str
    name: str
    origins: tuple[str, ...]


def of(settings: ConsoleSettings) -> Party:
    """Return the party: the first of `hosts` that is a name and no address, else "localhost".

    A key that was enrolled under one name is of no use under another one.
    """
    names = [host for host in settings.hosts if _is_name(_bare(host))]
    if not names:
        port = settings.listen.rpartition(":")[2]
        return Party(LOCAL, settings.name, (f"http://{LOCAL}:{port}",))
    own = _bare(names[0])
    origins = tuple(f"https://{host.removesuffix(_TLS_PORT)}" for host in names if _bare(host) == own)
    return Party(own, settings.name, origins)


def _bare(host: str) -> str:
    return host.rpartition(":")[0] if ":" in host else host


def _is_name(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return bool(name)
    return False

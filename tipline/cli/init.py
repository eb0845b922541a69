"""`tipline init`: a new agency, or a console that joins one, with its keys, desks and officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from tipline.ceremony import request
from tipline.cli import suites
from tipline.cli.reading import in_groups
from tipline.errors import AccessError, SettingsError
from tipline.keyring.signature import fingerprint
from tipline.keys.officer import STRONG, check_passphrase
from tipline.seal.suite import suite_named
from tipline.setup import agency, settings_files
from tipline.setup.agency import Begun
from tipline.setup.plan import CATEGORIES, OVERSIGHT, Addresses, OfficerPlan, Plan, check_folder

_DEFAULTS = Addresses()
_FIRST = "agency"


def _address(name: str, default: str | None, what: str) -> click.Option:
    return click.Option([f"--{name}"], default=default, show_default=True, metavar="HOST:PORT", help=what)


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option("--name", required=True, help="The agency's name, as its officers read it.")
@click.option("--officer", "officers", multiple=True, metavar="NAME:DESK", help="Repeat for each desk.")
@click.option("--administrator", "administrators", multiple=True, metavar="NAME", help="Runs the accounts.")
@click.option("--desk", "units", multiple=True, metavar="NAME", help="A unit that tips are routed to.")
@click.option("--translators", multiple=True, metavar="NAME", help="A desk that translates single texts.")
@click.option("--triage", default="Triage", show_default=True, help="Name of the desk that receives tips.")
@click.option(
    "--passphrases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a line NAME:PASSPHRASE for each officer, instead of being asked.",
)
@click.option(
    "--quorum", type=click.IntRange(2, 5), help="So many of that desk's officers open a tip together."
)
@click.option("--category", "categories", multiple=True, metavar="CODE:NAME", help="Instead of ours.")
@click.option("--console", default=_FIRST, show_default=True, help="This console's name in the keyring.")
@click.option(
    "--relay",
    metavar="ADDRESS",
    help="Join the relay at this handover address (http://HOST:PORT), as its second.",
)
@suites.option
@click.option("--no-plain", is_flag=True, help="Switch the pages without JavaScript off.")
@click.option("--envelope-places", type=click.IntRange(1), default=4096, show_default=True)
@click.option("--parcel-places", type=click.IntRange(1), default=2048, show_default=True, help="1 MiB each.")
def command(  # noqa: PLR0913  one for each option
    *,
    data: Path,
    name: str,
    officers: tuple[str, ...],
    administrators: tuple[str, ...],
    units: tuple[str, ...],
    translators: tuple[str, ...],
    triage: str,
    passphrases: Path | None,
    quorum: int | None,
    categories: tuple[str, ...],
    console: str,
    relay: str | None,
    suite_name: str,
    no_plain: bool,
    envelope_places: int,
    parcel_places: int,
    listen: str,
    **addresses: str,
) -> None:
    """Begin an agency on its own host: settings, signer, desks and officers.

    The first officer named for a desk is its lead, who admits and removes others; the first of triage is the
    administrator too, unless others are named.

    Its desks get their keys after the ceremony: `tipline keys ceremony`, then `tipline keys install`.

    \b
    tipline init --data agency --name "Harbour Police" --desk Narcotics \\
        --officer Maria:Triage --officer Jonas:Narcotics

    An oversight body joins the agency's relay with a console of its own, on a host of its own:

    \b
    tipline init --data oversight --name "Police Ombudsman" --console oversight \\
        --relay http://10.0.0.1:8083 --triage Overseers --officer Ines:Overseers
    """  # noqa: D301  click reads \b
    check_folder(data)
    if relay and console == _FIRST:
        raise SettingsError(f"{_FIRST} is the first console's name: name this one, as in --console oversight")
    members = _members(officers or (f"{click.prompt('Name of the first officer')}:{triage}",))
    members |= {name.strip(): () for name in administrators if name.strip() not in members}
    secret = _read_passphrases(passphrases) if passphrases else _ask_passphrases(members)
    missing = members.keys() - secret.keys()
    if missing:
        raise SettingsError(f"there is no passphrase for {', '.join(sorted(missing))}")
    where = Addresses(console=listen, **addresses)
    plan = Plan(
        data=data,
        name=name,
        officers=tuple(OfficerPlan(who, secret[who], desks) for who, desks in members.items()),
        units=units,
        translators=translators,
        triage=triage,
        console=console,
        relay=relay,
        administrators=tuple(name.strip() for name in administrators),
        categories=_categories(categories) or (OVERSIGHT if relay else CATEGORIES),
        addresses=replace(where, plain=None) if no_plain else where,
        profile=STRONG,
        suite=suite_named(suite_name),
        quorum=quorum,
        intake={"envelope_places": envelope_places, "parcel_places": parcel_places},
    )
    begun = agency.begin(plan, lambda step: click.echo(f"making {step}", err=True))
    click.echo(_joining(begun, console) if relay else _closing(begun))
    if passphrases:
        click.echo(f"{passphrases} opens everything: give each officer theirs, and delete it", err=True)


command.params += [
    _address("public", _DEFAULTS.public, "Where the proxy reaches intake."),
    _address("onion", _DEFAULTS.onion, "Where Tor reaches intake."),
    _address("plain", _DEFAULTS.plain, "The pages without JavaScript."),
    _address("handover", _DEFAULTS.handover, "Where the agency collects."),
    _address("listen", _DEFAULTS.console, "Where officers sign in."),
]


def _categories(options: Sequence[str]) -> tuple[tuple[str, str], ...]:
    split = [tuple(part.strip() for part in option.partition(":")) for option in options]
    return tuple((code, name) for code, _, name in split)


def _members(options: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Read NAME:DESK options: an officer with several desks has several of them."""
    members: dict[str, tuple[str, ...]] = {}
    for option in options:
        name, colon, desk = (part.strip() for part in option.partition(":"))
        if not (name and colon and desk):
            raise SettingsError(f"--officer {option}: NAME:DESK is wanted")
        members[name] = (*members.get(name, ()), desk)
    return members


def _read_passphrases(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {type(error).__name__}") from None
    split = [line.partition(":") for line in lines if line.strip()]
    if not all(colon for _, colon, _ in split):
        raise SettingsError(f"{path}: each line is NAME:PASSPHRASE")
    return {name.strip(): passphrase.strip() for name, _, passphrase in split}


def _ask_passphrases(members: Mapping[str, object]) -> dict[str, str]:
    click.echo("Each officer types a passphrase now. Nobody can ask for it later, and nobody can reset it.")
    return {name: _ask_passphrase(name) for name in members}


def _ask_passphrase(name: str) -> str:
    while True:
        passphrase: str = click.prompt(f"Passphrase of {name}", hide_input=True, confirmation_prompt=True)
        try:
            return check_passphrase(passphrase)
        except AccessError as error:
            click.echo(f"{error}.", err=True)


def _closing(begun: Begun) -> str:
    return f"""
The agency is begun. Before it can take a tip it needs a root, and recovery keys for its desks:

  1. Carry {begun.request} to a machine that is never online, and hold the ceremony there:
     tipline keys ceremony --request {begun.request.name} --out FOLDER
     It shows the fingerprint of this agency's signer, which must be
     {in_groups(fingerprint(request.read(begun.request).signer))}
  2. Bring FOLDER/grant back here:
     tipline keys install --data {begun.data} FOLDER/grant
  3. Then each folder goes where it belongs:
     {begun.data / "relay"}   to the public host; there is no private key in it
     {begun.data / "agency"}  stays inside the agency: settings, database, keys
"""


def _joining(begun: Begun, console: str) -> str:
    return f"""
The console {console} is begun. It joins the agency's relay once the agency's root has named it:

  1. Carry {begun.request} to the machine that is never online, with the keyring that the relay serves
     (curl -O https://.../keyring), and hold a ceremony there with the holders of the agency's root, and with
     holders of your own for your desks:
     tipline keys ceremony --request {begun.request.name} --root-shares --revocations keyring --out FOLDER
     It shows the fingerprint of this console's signer, which must be
     {in_groups(fingerprint(request.read(begun.request).signer))}
  2. Bring FOLDER/grant back here:
     tipline keys install --data {begun.data} FOLDER/grant
  3. Give whoever runs the relay {begun.data / settings_files.FOR_RELAY}: its last line goes into
     intake.toml there, and it says nothing secret. Then start intake again, and your collector and console.
"""

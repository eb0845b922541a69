"""`tipline keys certify`: the root's word for a signer, shown before it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from tipline import clock
from tipline.ceremony import grant, request, root
from tipline.ceremony.grant import Grant
from tipline.ceremony.request import Request
from tipline.cli.reading import in_groups
from tipline.cli.shares import read_root, root_options
from tipline.errors import SettingsError
from tipline.keyring import certificate
from tipline.keyring.certificate import Certificate
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import fingerprint
from tipline.keys import signer
from tipline.keys.signing import SigningKey

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Where a grant goes: beside what another command has put there.
GRANT_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("certify")
@root_options
@click.option("--request", "asked", type=FILE, help="What `tipline keys request` wrote.")
@click.option("--certificate", "old", type=FILE, help="Or a signer.cert, to renew as it is.")
@click.option("--desk", "desks", multiple=True, metavar="HEX", help="With --certificate: one more desk's id.")
@click.option("--out", required=True, type=GRANT_FOLDER, help="The grant, for `tipline keys install`.")
@click.option("--yes", is_flag=True, help="Do not ask before signing: for scripts.")
def command(  # noqa: PLR0913  one for each option
    *,
    root_key: Path | None,
    root_shares: bool,
    asked: Path | None,
    old: Path | None,
    desks: tuple[str, ...],
    out: Path,
    yes: bool,
) -> None:
    """Certify a signer for 90 days and for named desks only, on the machine with the root.

    What would be signed is shown first: console, fingerprint of the signer, each desk, and the days.
    """
    if asked and desks:
        raise SettingsError("a request says which desks: --desk does not go with it")
    key = read_root(root_key, root_shares=root_shares)
    match asked, old:
        case Path(), None:
            wanted = request.read(asked)
            signed, before = root.answer(key, wanted, clock.today()), _before(key, wanted)
            names = {desk.id: desk.name for desk in wanted.desks}
        case None, Path():
            vouching = signer.read_certificate(old)
            signed = root.renew(key, vouching, clock.today(), [_desk_id(text) for text in desks])
            before, names = certificate.verified(key.public, vouching), {}
        case _:
            raise SettingsError("either --request FILE or --certificate FILE is needed")
    for line in shown(certificate.verified(key.public, signed), before, names):
        click.echo(line)
    if not yes:
        click.confirm("Sign this?", abort=True, err=True)
    out.mkdir(exist_ok=True)
    grant.write(out, Grant(key.public, certificate=signed))
    click.echo(f"{out}: take it to the agency's host, and there: tipline keys install", err=True)


def _before(key: SigningKey, asked: Request) -> Certificate | None:
    return certificate.verified(key.public, asked.certificate) if asked.certificate else None


def shown(says: Certificate, before: Certificate | None, names: dict[bytes, str]) -> Iterator[str]:
    """Say what a certificate says, line by line, and what of it is not as *before*."""
    is_known = before is not None and before.signer == says.signer
    # Ascii: what the request's writer chose must not be able to rewrite the lines that the person reads.
    yield f"console  {says.console!a}{'  ANOTHER ONE' if before and before.console != says.console else ''}"
    yield f"signer   {in_groups(fingerprint(says.signer))}"
    if not is_known:
        yield "         NEW: have the agency's host read its groups to you, and compare them"
    for desk in sorted(says.desks, key=lambda desk: names.get(desk, "")):
        new = "" if before is not None and desk in before.desks else "  NEW: it has received no tips so far"
        yield f"desk     {names.get(desk, '(its name is not in a certificate)')}  {desk.hex()}{new}"
    for desk in sorted((before.desks if before else frozenset()) - says.desks):
        yield f"desk     {names.get(desk, '(unknown)')}  {desk.hex()}  NO LONGER: its tips would be refused"
    days = (says.not_after - says.not_before).days
    yield f"days     {days}, from {says.not_before} to {says.not_after}"


def listing(says: Revocations, asking: str, before: Iterable[Revocations]) -> Iterator[str]:
    """Say what the root's list says of consoles; who is *asking* and what no list *before* says is marked."""
    lists = sorted(before, key=lambda old: old.serial)
    known = {one.name: one for old in lists for one in old.consoles}
    yield f"list     {says.serial}, {len(says.revoked)} signers revoked"
    for one in says.consoles:
        old = known.get(one.name, one)
        new = "  NEW" if known and one.name not in known else ""
        yield f"console  {one.name!a}, known as {one.called!a}{'  ASKS' if one.name == asking else ''}{new}"
        if old.called != one.called:
            yield f"         ANOTHER NAME than before: people knew it as {old.called!a}"
        yield f"         its own categories: {', '.join(sorted(one.categories)) or 'none'}"
        if one.categories - old.categories:
            yield f"         NEW of these: {', '.join(sorted(one.categories - old.categories))}"
        if old.categories - one.categories:
            yield f"         NO LONGER its own: {', '.join(sorted(old.categories - one.categories))}"


def _desk_id(text: str) -> bytes:
    if len(text) != 32 or not set(text) <= set("0123456789abcdef"):
        raise SettingsError(f"--desk {text}: an id is 32 lower-case hexadecimal digits")
    return bytes.fromhex(text)

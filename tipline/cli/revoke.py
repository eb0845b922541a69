"""`tipline keys revoke`: the root's word that a signer or a console speaks for nobody any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from tipline.ceremony import grant, request, root
from tipline.ceremony.grant import Grant
from tipline.cli.certify import FILE, GRANT_FOLDER, listing
from tipline.cli.reading import in_groups, read_fingerprint, read_lists
from tipline.cli.shares import read_root, root_options
from tipline.errors import KeyringError, SettingsError
from tipline.keyring import certificate, revocation
from tipline.keyring.signature import Signed, fingerprint
from tipline.keys import signer
from tipline.keys.signing import SigningKey

#: What --revocations is, here and at the ceremony.
LISTS = "A list in use: an agency's file revocations, or the keyring that the relay serves. Repeat it."


@click.command("revoke")
@root_options
@click.option("--request", "asked", type=FILE, help="A request: it carries the list in use.")
@click.option("--revocations", "listed", multiple=True, type=FILE, help=LISTS)
@click.option(
    "--leaving", multiple=True, metavar="CONSOLE", help="A console that is there no more: repeat it."
)
@click.option("--certificate", "certificates", multiple=True, type=FILE, help="A certificate of the signer.")
@click.option("--signer", "prints", multiple=True, metavar="HEX", help="Or the signer's fingerprint.")
@click.option("--out", required=True, type=GRANT_FOLDER, help="The grant, for `tipline keys install`.")
@click.option("--yes", is_flag=True, help="Do not ask before signing: for scripts.")
def command(  # noqa: PLR0913  one for each option
    *,
    root_key: Path | None,
    root_shares: bool,
    asked: Path | None,
    listed: tuple[Path, ...],
    leaving: tuple[str, ...],
    certificates: tuple[Path, ...],
    prints: tuple[str, ...],
    out: Path,
    yes: bool,
) -> None:
    """Revoke signers, for ever: what they have signed and will sign is refused everywhere.

    The lists that are in use are needed, since the next one revokes all that they do: with two consoles on
    one relay, --request and the keyring that the relay serves. Two lists that were made apart become one.
    """
    if asked is None and not listed:
        raise SettingsError("--request FILE or --revocations FILE is needed: the list in use")
    key = read_root(root_key, root_shares=root_shares)
    lists = [*([_list_of_request(asked)] if asked else []), *read_lists(listed)]
    before = [revocation.verified(key.public, signed) for signed in lists]
    revoked = frozenset[bytes]().union(*(says.revoked for says in before))
    wanted = {**_certified(key, certificates), **{read_fingerprint(text): "a fingerprint" for text in prints}}
    signed = root.follow(key, lists, wanted, leaving=leaving)
    after = revocation.verified(key.public, signed)
    if signed in lists:
        raise SettingsError("name a signer that is not revoked yet, with --certificate or --signer")
    for line in (*_shown(wanted, revoked), *listing(after, "", before)):
        click.echo(line)
    for name in leaving:
        click.echo(f"leaves   {name!a}: nothing that it publishes is taken any more")
    if not yes:
        click.confirm("Sign this, for ever?", abort=True, err=True)
    out.mkdir(exist_ok=True)
    grant.write(out, Grant(key.public, revocations=signed))
    click.echo(f"list {after.serial}, {len(after.revoked)} signers revoked")
    click.echo(f"{out}: take it to the agency's host, and there: tipline keys install.", err=True)
    click.echo(
        f"Once the collector has posted it, set revocations_floor to {after.serial} at intake.", err=True
    )


def _list_of_request(path: Path) -> Signed:
    old = request.read(path).revocations
    if old is None:
        raise KeyringError("revocations", f"{path} was written before its agency had a list")
    return old


def _certified(key: SigningKey, paths: tuple[Path, ...]) -> dict[bytes, str]:
    """Return the fingerprints of the signers of certificates of this root, with what these say."""
    says = [certificate.verified(key.public, signer.read_certificate(path)) for path in paths]
    return {fingerprint(one.signer): f"speaks for {one.console} until {one.not_after}" for one in says}


def _shown(wanted: dict[bytes, str], revoked: frozenset[bytes]) -> Iterator[str]:
    for print_, about in wanted.items():
        yield f"signer   {in_groups(print_)}"
        yield f"         {'revoked already' if print_ in revoked else about}"

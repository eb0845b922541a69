"""`tipline keys revoke`: the root's word that a signer speaks for nobody any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from tipline.ceremony import grant, request, root
from tipline.ceremony.grant import Grant
from tipline.cli.certify import FILE, GRANT_FOLDER
from tipline.cli.reading import in_groups, read_fingerprint
from tipline.cli.shares import read_root, root_options
from tipline.errors import KeyringError, SettingsError
from tipline.keyring import certificate, revocation
from tipline.keyring.signature import Signed, fingerprint
from tipline.keys import signer
from tipline.keys.signing import SigningKey


@click.command("revoke")
@root_options
@click.option("--request", "asked", type=FILE, help="A request: it carries the list in use.")
@click.option("--revocations", "listed", type=FILE, help="Or the list in use, the agency's file revocations.")
@click.option("--certificate", "certificates", multiple=True, type=FILE, help="A certificate of the signer.")
@click.option("--signer", "prints", multiple=True, metavar="HEX", help="Or the signer's fingerprint.")
@click.option("--out", required=True, type=GRANT_FOLDER, help="The grant, for `tipline keys install`.")
@click.option("--yes", is_flag=True, help="Do not ask before signing: for scripts.")
def command(  # noqa: PLR0913  one for each option
    *,
    root_key: Path | None,
    root_shares: bool,
    asked: Path | None,
    listed: Path | None,
    certificates: tuple[Path, ...],
    prints: tuple[str, ...],
    out: Path,
    yes: bool,
) -> None:
    """Revoke signers, for ever: what they have signed and will sign is refused everywhere.

    The list that is in use is needed, since the next one names all that it names.
    """
    if (asked is None) == (listed is None):
        raise SettingsError("either --request FILE or --revocations FILE is needed: the list in use")
    key = read_root(root_key, root_shares=root_shares)
    old = signer.read_revocations(listed) if listed else _list_of_request(asked)
    before = revocation.verified(key.public, old)
    wanted = {**_certified(key, certificates), **{read_fingerprint(text): "a fingerprint" for text in prints}}
    if not wanted.keys() - before.revoked:
        raise SettingsError("name a signer that is not revoked yet, with --certificate or --signer")
    for line in _shown(wanted, before.revoked):
        click.echo(line)
    if not yes:
        click.confirm("Revoke for ever?", abort=True, err=True)
    signed = root.revoke(key, old, wanted)
    out.mkdir(exist_ok=True)
    grant.write(out, Grant(key.public, revocations=signed))
    serial = revocation.verified(key.public, signed).serial
    click.echo(f"list {serial}, {len(before.revoked | wanted.keys())} signers revoked")
    click.echo(f"{out}: take it to the agency's host, and there: tipline keys install.", err=True)
    click.echo(f"Once the collector has posted it, set revocations_floor to {serial} at intake.", err=True)


def _list_of_request(path: Path | None) -> Signed:
    old = request.read(path).revocations if path else None
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

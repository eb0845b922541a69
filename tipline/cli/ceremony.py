"""`tipline keys ceremony`: on a machine that is never online, root and recovery keys, printed and proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tipline import clock
from tipline.ceremony import ceremony, grant, request, shares, sheets
from tipline.ceremony.ceremony import Held, SplitKey
from tipline.ceremony.request import Request
from tipline.cli.certify import listing, shown
from tipline.cli.reading import in_groups, read_lists
from tipline.cli.revoke import LISTS
from tipline.cli.shares import ask, read_root, root_options
from tipline.console import host
from tipline.errors import HostError, SettingsError
from tipline.keyring import certificate, revocation
from tipline.keyring.signature import Signed, fingerprint
from tipline.keys import files
from tipline.keys.rows import check_name
from tipline.keys.signing import SEED_SIZE as ROOT_SIZE
from tipline.keys.signing import SigningKey
from tipline.seal.suite import SEED_SIZE, Suite, suite_of
from tipline.web import process

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_IN_MEMORY = {"tmpfs", "ramfs"}


@click.command("ceremony")
@click.option("--request", "asked", required=True, type=_FILE, help="What `tipline init` wrote.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder, in memory.")
@click.option("--threshold", type=int, help="How many shares give a key back.  [default: 3]")
@click.option("--holders", type=int, help="How many shares there are.  [default: 5]")
@click.option("--holder", "names", multiple=True, metavar="NAME", help="Who gets the next share: repeat it.")
@root_options
@click.option("--revocations", "listed", multiple=True, type=_FILE, help=LISTS)
@click.option("--renew", multiple=True, metavar="DESK", help="Make its recovery key anew: repeat it.")
@click.option(
    "--keep-root-key", type=click.Path(dir_okay=False, path_type=Path), help="Also keep it as a file."
)
@click.option("--on-disk", is_flag=True, help="Insist, where a disk may keep the sheets.")
@click.option(
    "--fonts", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with fonts for names that are not Latin, Greek or Cyrillic.",
)  # fmt: skip
def command(  # noqa: PLR0913  one for each option
    *,
    asked: Path,
    out: Path,
    threshold: int | None,
    holders: int | None,
    names: tuple[str, ...],
    root_key: Path | None,
    root_shares: bool,
    keep_root_key: Path | None,
    on_disk: bool,
    fonts: tuple[Path, ...],
    renew: tuple[str, ...],
    listed: tuple[Path, ...],
) -> None:
    """Make an agency's root and its desks' recovery keys, and print their shares for the holders.

    Nothing is granted before each key has been given back by shares that were typed or scanned from the
    printed sheets. With --root-key or --root-shares, the agency's own root does the same for desks that were
    added since, for those that --renew names, and for another console that joins the agency's relay: that one
    needs --revocations too, so that the root's next list names both.
    """
    _check_machine(out, on_disk=on_disk)
    if keep_root_key and (keep_root_key.exists() or not keep_root_key.absolute().parent.is_dir()):
        raise SettingsError(f"{keep_root_key} is there already, or its folder is not: name a new file")
    wanted = request.read(asked)
    root = read_root(root_key, root_shares=root_shares) if root_key or root_shares else None
    if root is None and wanted.recovery is not None:
        raise SettingsError("this agency has a root: give --root-key FILE or --root-shares")
    lists = _lists(wanted, root, listed)
    held = ceremony.hold(wanted, clock.today(), (threshold, holders), root, renew, lists=lists)
    _show(held, wanted, lists)
    printed = _print(held, wanted, out, names, fonts)
    if printed:
        _prove(suite_of(wanted.suite), held.split)
    _grant(held, out, keep_root_key)
    _clear(printed)


def _lists(wanted: Request, root: SigningKey | None, listed: Sequence[Path]) -> list[Signed]:
    """Return the lists in use, without which a console that joins another would make that one unlisted."""
    if wanted.joins and (root is None or not (listed or wanted.revocations)):
        raise SettingsError(
            f"{wanted.console!a} joins an agency that has a root: give --root-shares or --root-key FILE, and "
            "--revocations with the keyring that its relay serves, or with that agency's file revocations"
        )
    return read_lists(listed)


def _check_machine(out: Path, *, on_disk: bool) -> None:
    """Refuse a machine whose disk could keep what is secret, and say when it is online."""
    process.keep_memory_private()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SettingsError(f"{out} is not an empty folder")
    kind = host.file_system(out.resolve(), Path("/proc/self/mountinfo").read_text())
    swap = host.swap_areas(Path("/proc/swaps").read_text())
    if not on_disk and kind not in _IN_MEMORY:
        raise HostError(
            f"{out} is on a disk ({kind}), which may keep the sheets after they are deleted: choose a folder "
            "that is in memory (a tmpfs), or insist with --on-disk"
        )
    if not on_disk and swap:
        raise HostError(f"swap is on ({', '.join(swap)}): run swapoff -a, or insist with --on-disk")
    for link in Path("/sys/class/net").glob("*"):
        if link.name != "lo" and (link / "operstate").read_text().strip() == "up":
            click.echo(f"{link.name} is up: a ceremony belongs on a machine that is never online", err=True)


def _show(held: Held, wanted: Request, lists: Sequence[Signed]) -> None:
    """Show what the root is about to vouch for, since the request was carried here by somebody."""
    click.echo(f"agency   {wanted.name}")
    click.echo(f"suite    {suite_of(wanted.suite).name}")
    public = held.root.public
    before = certificate.verified(public, wanted.certificate) if wanted.certificate else None
    if held.grant.certificate is not None:
        says = certificate.verified(public, held.grant.certificate)
        for line in shown(says, before, {desk.id: desk.name for desk in wanted.desks}):
            click.echo(line)
    if held.grant.revocations is not None:
        known = [*([wanted.revocations] if wanted.revocations else []), *lists]
        old = [revocation.verified(public, signed) for signed in known]
        for line in listing(revocation.verified(public, held.grant.revocations), wanted.console, old):
            click.echo(line)
    for key in held.split:
        click.echo(f"key of   {key.name}: {held.k} of {len(key.shares)} shares")
    click.confirm("Is this what the agency asks for?", abort=True)


def _print(
    held: Held, wanted: Request, out: Path, names: Sequence[str], fonts: tuple[Path, ...]
) -> list[Path]:
    """Write a booklet for each holder into *out*; return the files."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not held.split:
        return []
    count = len(held.split[0].shares)
    people = [check_name(name) for name in names] or [f"Holder {number + 1}" for number in range(count)]
    if len(people) != count:
        raise SettingsError(f"{len(people)} names of holders, and there are {count} shares")
    occasion = sheets.Occasion(wanted.name, held.root.public, clock.today(), held.k, fonts)
    made = []
    for index, name in enumerate(people):
        path = out / f"holder-{index + 1}.pdf"
        files.write_private(path, sheets.booklet(occasion, name, index, held.split))
        made.append(path)
    click.echo(f"\nThe root's fingerprint:\n\n    {in_groups(fingerprint(held.root.public))}\n")
    click.echo(f"Print {made[0]} to {made[-1].name}, without any network, and hand them out.")
    click.echo(
        f"Then {held.k} holders give each key back from paper: {', '.join(k.name for k in held.split)}."
    )
    return made


def _prove(suite: Suite, split: Sequence[SplitKey]) -> None:
    """Have every key given back by the printed shares."""
    sets = {shares.set_of(key.shares[0]): key.name for key in split}
    for key in split:
        is_root = key.desk is None

        def is_right(seed: bytes, key: SplitKey = key, *, is_root: bool = is_root) -> bool:
            return (SigningKey(seed).public if is_root else suite.private(seed).public) == key.public

        ask(key.name, ROOT_SIZE if is_root else SEED_SIZE, is_right, sets)
        click.echo(f"{key.name}: given back from the printed shares")


def _grant(held: Held, out: Path, keep_root_key: Path | None) -> None:
    """Write the grant, whole or not at all, now that every key was given back."""
    beside = out / ".grant"
    beside.mkdir(mode=0o700)
    grant.write(beside, held.grant)
    if keep_root_key:
        files.write_new(keep_root_key, files.ROOT, held.root.seed)
    beside.rename(out / "grant")
    click.echo(f"{out / 'grant'} is for the agency's host: tipline keys install grant --data FOLDER")
    click.echo("Copy it now: a folder in memory is gone when this machine is switched off.")


def _clear(printed: list[Path]) -> None:
    if printed and click.confirm("Delete the files of the sheets, which are on paper now?", default=True):
        for path in printed:
            files.destroy(path)

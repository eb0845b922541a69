"""`tipline demo`."""

from __future__ import annotations

from pathlib import Path

import click

from tipline.cli import suites
from tipline.errors import SettingsError
from tipline.seal.suite import suite_named
from tipline.settings import ConsoleSettings, load


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-data"), show_default=True
)
@click.option("--public-port", type=click.IntRange(1, 65535), default=8410, show_default=True)
@click.option("--console-port", type=click.IntRange(1, 65535), default=8420, show_default=True)
@click.option("--oversight", is_flag=True, help="With an oversight body's console beside the agency's.")
@click.option("--oversight-port", type=click.IntRange(1, 65535), default=8421, show_default=True)
@click.option("--second-factor", is_flag=True, help="Officers sign in with a key or a telephone, too.")
@click.option(
    "--quorum", type=click.IntRange(2, 3), help="So many of the three overseers open a tip together."
)
@click.option(
    "--cases", type=click.IntRange(0), default=0, help="So many invented cases besides, at the first start."
)
@suites.option
def command(  # noqa: PLR0913  one for each option
    *,
    data: Path,
    public_port: int,
    console_port: int,
    oversight: bool,
    oversight_port: int,
    second_factor: bool,
    quorum: int | None,
    cases: int,
    suite_name: str,
) -> None:
    """Run a demo agency on loopback: relay, collector and console, with officers and sample tips.

    With --oversight there is a second console for tips about the police: other people, keys and address.
    The first start makes the agency in DATA; later ones go on with it. Everything in it is invented.
    """
    from tipline.demo import agency, many, run, worked  # noqa: PLC0415 -- only the demo needs them

    if quorum and not oversight:
        raise SettingsError("a quorum is of overseers: OVERSIGHT=1 makes them")
    click.echo("preparing the demo agency")
    ports, overseers = (public_port, console_port), oversight_port if oversight else None
    suite = suite_named(suite_name)
    demo = agency.prepare(
        data, *ports, suite, oversight_port=overseers, second_factor=second_factor, quorum=quorum
    )
    settings = load(ConsoleSettings, demo.console_settings)
    many.fill_new(settings, agency.OFFICERS[0], cases, click.echo, worked.by_all(settings, click.echo))
    run.run(demo, click.echo)

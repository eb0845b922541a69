"""`tipline bench`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table


@click.group(invoke_without_command=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option(
    "--envelopes", type=click.IntRange(1), default=4000, show_default=True, help="At most, for one figure."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=6.0, show_default=True, help="At most, for one figure."
)
@click.option("--json", "output", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
@click.pass_context
def command(ctx: click.Context, rounds: int, envelopes: int, seconds: float, output: Path | None) -> None:
    """Measure how many envelopes a second intake takes, each durable before it is answered.

    Beside it, in turn, a bare Flask view that stores the same bytes with one durable commit each. Everything
    runs on this machine's loopback and shares its cores, the load included. `tipline bench console` measures
    the console instead.
    """
    if ctx.invoked_subcommand is not None:
        return
    from tipline.bench import run  # noqa: PLC0415 -- loads every program

    shown = Console()
    with shown.status("making a new agency") as status:
        figures = run.run(run.Scale(rounds, envelopes, seconds), status.update)
    shown.print(_table(figures))
    if output:
        output.write_text(json.dumps(figures, indent=2) + "\n")


@command.command("console")
@click.option(
    "--cases", "sizes", type=click.IntRange(100), multiple=True, help="A size to measure; can be repeated."
)
@click.option("--json", "output", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def of_console(sizes: tuple[int, ...], output: Path | None) -> None:
    """Measure signing in, inbox, filters, searches and routing at 1,000, 10,000 and 100,000 cases.

    Makes so many real envelopes in a temporary folder first: 2.6 GB and some minutes for 100,000.
    """
    from tipline.bench import console  # noqa: PLC0415 -- loads every program

    shown = Console()
    with shown.status("making a new agency") as status:
        figures = console.run(sizes or console.SIZES, status.update)
    shown.print(_sizes(figures))
    if output:
        output.write_text(json.dumps(figures, indent=2) + "\n")


def _sizes(figures: dict[str, Any]) -> Table:
    """One row for each figure, a column for each size."""
    sizes, machine = figures["sizes"], figures["machine"]
    table = Table(
        title="Milliseconds, signing in seconds (the processor's); memory in MB",
        caption=f"{machine['cores']} cores, Python {machine['python']}, SQLite {machine['sqlite']}",
    )
    table.add_column("")
    for size in sizes:
        table.add_column(f"{int(size):,} cases", justify="right")
    rows = {size: dict(_flat(of)) for size, of in sizes.items()}
    for name in dict.fromkeys(name for of in rows.values() for name in of):
        table.add_row(name, *(rows[size].get(name, "") for size in sizes))
    return table


def _flat(figures: dict[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for name, what in figures.items():
        if not isinstance(what, dict):
            yield within + name, f"{what:,.0f}"
        elif "processor" in what:
            took, form = (what["seconds"], ".1f") if "seconds" in what else (what["ms"], ",.0f")
            yield within + name, f"{took:{form}} ({what['processor']:{form}})"
        else:
            yield from _flat(what, f"{name}: ")


def _table(figures: dict[str, Any]) -> Table:
    machine, scale = figures["machine"], figures["scale"]
    table = Table(
        title="Accepted envelopes a second, durable before the answer: medians",
        caption=f"{scale['rounds']} rounds, {scale['threads']} threads each, {machine['cores']} cores, "
        f"Python {machine['python']}, SQLite {machine['sqlite']} on {machine['file_system']}",
    )
    for name in ("connections", "intake", "bare view", "ratio", "p99 intake", "p99 bare view"):
        table.add_column(name, justify="right")
    for connections, row in figures["medians"].items():
        table.add_row(
            connections,
            *(f"{row[name]:,.0f} [{row['extremes'][name][0]:,.0f}-{row['extremes'][name][1]:,.0f}]"
              for name in ("intake", "bare")),
            f"{row['ratio']:.2f}",
            *(f"{row['p99_ms'][name]:.0f} ms" for name in ("intake", "bare")),
        )  # fmt: skip
    return table

"""`tipline bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option(
    "--envelopes", type=click.IntRange(1), default=4000, show_default=True, help="At most, for one figure."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=6.0, show_default=True, help="At most, for one figure."
)
@click.option("--json", "output", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def command(rounds: int, envelopes: int, seconds: float, output: Path | None) -> None:
    """Measure how many envelopes a second intake takes, each durable before it is answered.

    Beside it, in turn, a bare Flask view that stores the same bytes with one durable commit each. Everything
    runs on this machine's loopback and shares its cores, the load included.
    """
    from tipline.bench import run  # noqa: PLC0415 -- loads every program

    shown = Console()
    with shown.status("making a new agency") as status:
        figures = run.run(run.Scale(rounds, envelopes, seconds), status.update)
    shown.print(_table(figures))
    if output:
        output.write_text(json.dumps(figures, indent=2) + "\n")


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

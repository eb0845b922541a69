"""The option --suite, for every command that makes an agency."""

from __future__ import annotations

import click

from tipline.seal.suite import HYBRID, NAMES

option = click.option(
    "--suite",
    "suite_name",
    type=click.Choice(NAMES),
    default=HYBRID.name,
    show_default=True,
    help="The agency's cipher suite, for good. See docs/suites.md.",
)

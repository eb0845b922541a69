"""`tipline`: one command whose parts load only when called: intake never loads what can open a tip."""

from __future__ import annotations

import importlib

import click

from tipline.errors import TiplineError

#: Command -> the module of tipline.cli that holds it as "command".
COMMANDS = {
    "init": "init",
    "demo": "demo",
    "intake": "intake",
    "collector": "collector",
    "console": "console",
    "preview": "preview",
    "keys": "keys",
    "seal": "seal",
    "open": "open",
    "audit": "audit",
    "alerts": "alerts",
    "backup": "backup",
    "restore": "restore",
    "drill": "drill",
    "bench": "bench",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tipline.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Turn every refusal into one line on standard error and its own exit code."""
        try:
            return super().invoke(ctx)
        except TiplineError as error:
            click.echo(f"tipline: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tipline")
def main() -> None:
    """An anonymous citizen tip line: tips are sealed in the browser and opened at a desk."""

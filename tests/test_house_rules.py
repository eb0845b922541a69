"""The house rules of the code that a machine can check."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tipline import errors
from tipline.cli.main import COMMANDS, main

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tipline"
MODULES = sorted(PACKAGE.rglob("*.py"))
#: The parts that work on opened tips.
STAFFS = ("cases", "papers", "restricted", "routing", "staff", "together")


def imports_of(path: Path) -> set[str]:
    """Return the full names of the tipline modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in found if name.startswith("tipline.")}


def loaded_with(module: str, forbidden: tuple[str, ...]) -> list[str]:
    """Return which of the *forbidden* parts a fresh Python has loaded after importing *module*."""
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    names = tuple(f"tipline.{part}" for part in forbidden)
    return [name for name in run.stdout.split() if name.startswith(names)]


@pytest.mark.parametrize("path", sorted((PACKAGE / "seal").glob("*.py")), ids=lambda path: path.name)
def test_seal_imports_nothing_of_the_rest(path: Path):
    """The format stands by itself: only the root of the errors is shared."""
    assert all(name.startswith(("tipline.seal", "tipline.errors")) for name in imports_of(path))


@pytest.mark.parametrize("module", ["tipline.intake.app", "tipline.intake.serve"])
def test_the_public_app_cannot_open_a_tip(module: str):
    """What opens a tip is not even loaded where the public comes in."""
    forbidden = ("keys", "ceremony", "setup", *STAFFS, "console", "collector", "seal.opening")
    assert loaded_with(module, forbidden) == []


def test_the_collector_holds_no_desks_key():
    """Nothing that unlocks an officer or a desk is loaded by the unattended program."""
    forbidden = (
        "keys.officer", "keys.desk", "keys.rows", "keys.roll", "ceremony", "setup", "seal.opening", *STAFFS,
        "console", "intake",
    )  # fmt: skip
    assert loaded_with("tipline.collector.run", forbidden) == []


@pytest.mark.parametrize("module", ["tipline.backup.make", "tipline.cli.backup"])
def test_a_backup_opens_nothing(module: str):
    """The program that reads every row and key file at night unlocks no officer and opens no tip."""
    assert loaded_with(module, ("keys.officer", "keys.desk", *STAFFS, "console", "seal.opening")) == []


def test_every_error_has_one_root_and_a_sentence():
    """The docstring of an error is what its reader needs."""
    classes = inspect.getmembers(errors, inspect.isclass)
    kinds = [kind for _, kind in classes if kind.__module__ == errors.__name__]
    assert len(kinds) > 5
    for kind in kinds:
        assert issubclass(kind, errors.TiplineError)
        assert kind.__doc__ is not None
        assert kind.__doc__.strip().split("\n")[0].endswith(".")


def test_only_errors_py_defines_errors():
    """Few, typed, in one place."""
    elsewhere = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in MODULES
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(re.search(r"(Error|Exception)$", ast.unparse(base)) for base in node.bases)
    ]
    assert elsewhere == []


def test_only_the_clock_reads_the_time():
    """clock.py is the only source of dates and times; monotonic waits are no time of day."""
    pattern = re.compile(r"\btime\.time\(|datetime\.(now|today|utcnow)\(|date\.today\(")
    others = [path for path in MODULES if path.name != "clock.py"]
    assert [str(path) for path in others if pattern.search(path.read_text())] == []


def test_modules_can_be_read_in_a_sitting():
    """No module over 300 lines."""
    assert [path.name for path in MODULES if len(path.read_text().splitlines()) > 300] == []


def test_every_command_is_in_the_readme_and_has_help():
    """A command that nobody can find is not there."""
    readme = (ROOT / "README.md").read_text()
    missing = [name for name in COMMANDS if f"tipline {name}" not in readme and f"`{name}`" not in readme]
    assert missing == []
    for name in COMMANDS:
        shown = CliRunner().invoke(main, [name, "--help"], prog_name="tipline")
        assert shown.exit_code == 0
        assert "Usage:" in shown.stdout


def test_every_setting_is_documented():
    """docs/operating.md names every line of intake.toml and console.toml."""
    from tipline.settings import ConsoleSettings, IntakeSettings  # noqa: PLC0415 -- beside its only use

    operating = (ROOT / "docs" / "operating.md").read_text()
    names = {*IntakeSettings.model_fields, *ConsoleSettings.model_fields} - {"folder"}
    assert sorted(name for name in names if f"`{name}`" not in operating) == []


def test_nothing_of_this_machine_is_in_the_repository():
    """No absolute path of a developer's machine, and no registry's address."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT)
    pattern = re.compile(r"/work/(main|shared)|/root/\.|registry\.npmjs\.org|pypi\.org|files\.pythonhosted")
    texts = [ROOT / name for name in listed.stdout.splitlines() if name != "tests/test_house_rules.py"]
    found = [
        str(path) for path in texts if path.is_file() and pattern.search(path.read_text(errors="ignore"))
    ]
    assert found == []

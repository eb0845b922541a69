"""What comes from elsewhere is pinned to its bytes; what is built here is the same wherever it is built."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_python_library_has_one_version_and_its_hashes(name: str):
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line.strip() and not line.strip().startswith("#")]
    assert len(pinned) > 10
    for line in pinned:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_every_javascript_library_has_one_version_and_its_hash():
    """In the lock, and none of ours is asked for by a range."""
    lock = json.loads((ROOT / "package-lock.json").read_text())
    libraries = {name: what for name, what in lock["packages"].items() if name}
    assert len(libraries) > 10
    assert [name for name, what in libraries.items() if not what["integrity"].startswith("sha512-")] == []
    package = json.loads((ROOT / "package.json").read_text())
    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_make_installs_what_is_locked_and_runs_nothing_of_it():
    """Hashes are compared by pip, npm takes the lock as it is, and no library's script runs at installing."""
    installs = re.findall(r"(?:pip install|npm (?:ci|i|install|add)\b).*", MAKEFILE)
    assert len(installs) >= 4
    for line in installs:
        ours = "--no-deps --no-build-isolation -e ." in line
        assert ours or "--require-hashes" in line or line.startswith("npm ci --ignore-scripts"), line


def built(folder: Path) -> dict[str, bytes]:
    """Build the page from a copy of the sources in *folder*."""
    shutil.copytree(ROOT / "static", folder / "static", ignore=shutil.ignore_patterns("dist"))
    (folder / "package.json").write_bytes((ROOT / "package.json").read_bytes())
    (folder / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    subprocess.run(["node", "static/build.mjs"], cwd=folder, check=True, timeout=120)
    return {path.name: path.read_bytes() for path in (folder / "static" / "dist").iterdir()}


def test_the_page_is_the_same_bytes_wherever_it_is_built(tmp_path: Path):
    """Two copies of the sources in folders of different names and depth: whoever builds it can compare."""
    for folder in ("one", "two/deeper"):
        (tmp_path / folder).mkdir(parents=True)
    one, two = built(tmp_path / "one"), built(tmp_path / "two/deeper")
    assert {"tip.js", "tip.css"} <= one.keys()
    assert one == two
    assert not any(str(tmp_path).encode() in data for data in one.values())

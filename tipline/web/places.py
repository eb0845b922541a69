"""Where templates and the built static files lie, for both apps."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]

TEMPLATES = _ROOT / "templates"
STATIC = _ROOT / "static"
#: What esbuild made of static/, never committed.
DIST = STATIC / "dist"

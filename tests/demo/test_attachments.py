"""The demo's files are what their names say."""

from __future__ import annotations

from PIL import Image

from tipline.demo import attachments, tips


def test_every_file_of_a_tip_is_drawn(tmp_path):
    """Two pictures and a PDF, each small."""
    names = " ".join(item.get("files", "") for item in tips.sample()).split()
    made = {name: attachments.make(name, tmp_path) for name in names}
    assert made["slip.pdf"].read_bytes().startswith(b"%PDF")
    for name in ("slip.jpg", "sacks.jpg"):
        with Image.open(made[name]) as picture:
            assert picture.format == "JPEG"
    assert all(path.stat().st_size < 300_000 for path in made.values())

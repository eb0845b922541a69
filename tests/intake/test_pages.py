from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.intake.conftest import with_settings
from tests.intake.relay import Relay, ask
from tipline.intake import pages
from tipline.intake.published import Published
from tipline.web.places import TEMPLATES


@with_settings(serial_floors={"agency": 1}, revocations_floor=1, plain_url="/plain/")
def test_the_page_carries_fingerprint_and_floors(served: Relay) -> None:
    """What the page checks the keyring against is built into it."""
    answer = ask(served.public, "GET", "/")
    assert (answer.status, answer.header("Content-Type")) == (200, "text/html; charset=utf-8")
    page = answer.body.decode()
    assert served.agency.fingerprint.hex() in page
    floors = re.search(r'data-serial-floors="([^"]*)"', page)
    assert floors is not None
    assert json.loads(floors[1].replace("&#34;", '"')) == {"agency": 1}
    assert 'data-revocations-floor="1"' in page
    assert 'href="/plain/"' in page


@with_settings(plain=None)
def test_the_page_names_no_plain_pages_that_are_off(served: Relay) -> None:
    """An agency can switch them off."""
    assert "/plain/" not in ask(served.public, "GET", "/").body.decode()


def test_nothing_in_the_page_is_inline_or_foreign(served: Relay) -> None:
    """What the page loads is this site's, and no script or style stands in it: the policy forbids both."""
    page = ask(served.public, "GET", "/").body.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', re.sub(r"<a [^>]*>", "", page))
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page)


def test_files_are_served_by_name_and_type(tmp_path: Path) -> None:
    """A file has the one type of its ending, and nothing outside of the folder is ever reached."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "tip.js").write_bytes(b"js")
    (tmp_path / "sub" / "a.css").write_bytes(b"css")
    (tmp_path / ".hidden").write_bytes(b"no")
    assert pages.read_files(tmp_path) == {"tip.js": b"js", "sub/a.css": b"css"}
    assert pages.type_of("tip.js") == "text/javascript; charset=utf-8"
    assert pages.type_of("sub/a.css") == "text/css; charset=utf-8"
    assert pages.type_of("icon.svg") == "image/svg+xml"
    assert pages.type_of("built") == "application/octet-stream"


def test_a_file_is_served_whole_and_always_anew(tmp_path: Path, served: Relay) -> None:
    """No validator is given and none is honoured, so nothing tells whether a visitor was here before."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "tip.js").write_bytes(b"js")
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    published = Published(served.folder, served.agency.fingerprint, ["agency"], {})
    pages.init_app(app, served.settings, published, tmp_path / "dist")
    asked = {"If-None-Match": "*", "If-Modified-Since": "Wed, 01 Jan 2031 00:00:00 GMT", "Range": "bytes=0-0"}
    answer = app.test_client().get("/static/tip.js", headers=asked)
    assert (answer.status_code, answer.data) == (200, b"js")
    assert {name for name, _ in answer.headers} == {"Content-Type", "Content-Length"}


@pytest.mark.parametrize(
    "path",
    [
        "/static/../intake.toml",
        "/static/%2e%2e/root.pub",
        "/static//etc/passwd",
        "/root.pub",
        "/rack.db",
        "/e/",
        "/e",
    ],
)
def test_an_unknown_path_has_one_short_answer(served: Relay, path: str) -> None:
    """Nothing is told about what else there may be."""
    answer = ask(served.public, "GET", path)
    assert (answer.status, answer.body) == (404, b"There is nothing here.\n")

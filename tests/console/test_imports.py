"""Taking an old system's cases over in the browser: checked first, in memory, by triage alone."""

from __future__ import annotations

import tempfile

import pytest

from tests.console.conftest import Browser, Desk
from tipline.imports import lines

FILE = (
    b"number,text,date,category,note\nP3-1,a van,2025-01-02,drugs,\nP3-2,,2025-01-02,drugs,\n"
    b"P3-3,<script>alert(1)</script>,2025-01-02,drugs,\n"
)


def give(browser: Browser, data: bytes, path: str = "/import", **fields: str):
    """Send a file as the form does. Written out: a client puts a large one into a temporary file."""
    form = {"csrf_token": browser.token, **fields}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form.items()
    ]
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="old.csv"\r\n\r\n'
    body = b"".join([*parts, head, data, b"\r\n--x--\r\n"])
    how = {
        "headers": browser.headers,
        "base_url": browser.base,
        "content_type": "multipart/form-data; boundary=x",
    }
    return browser._kept(browser.client.post(path, data=body, buffered=True, **how))


def test_it_is_checked_and_then_taken_over(desk: Desk):
    """Faults are listed and left out only when that is said; a second file files nothing twice."""
    browser = desk.browser("Alice")
    browser.get("/import")
    assert give(browser, FILE).status_code == 303
    page = browser.get("/import").text
    assert "2</strong>\n cases" in page or "<strong>2</strong>" in page
    assert "it has no text" in page
    assert desk.agency.count("case") == 0
    browser.post("/import/take")
    assert "some lines have faults" in browser.get("/import").text
    browser.post("/import/take", without="faults")
    assert "2 cases were taken over" in browser.get("/").text
    shown = browser.get("/case/2").text
    assert "&lt;script&gt;" in shown
    assert "nobody can be answered" in shown
    assert 'action="/case/2/reply"' not in shown
    give(browser, FILE)
    assert "2 more are here already" in browser.get("/import").text
    browser.post("/import/drop")
    assert "Give a file" in browser.get("/import").text


def test_what_is_no_file_is_said(desk: Desk):
    """And a mapping that makes no sense; a unit's officer does not get so far."""
    browser = desk.browser("Alice")
    browser.get("/import")
    assert give(browser, b"").status_code == 422
    assert "no utf-8" in give(browser, "number,text\n1,ß".encode("latin-1")).text
    assert "columns.x" in give(browser, FILE, mapping="[columns]\nx = 'y'").text
    assert "no triage desk" in give(browser, FILE, desk="00").text
    assert give(desk.browser("Bob"), FILE).status_code in (400, 403)
    assert desk.browser("Bob").get("/import").status_code == 403


def test_a_large_file_never_touches_the_disk(desk: Desk, monkeypatch):
    """Werkzeug's own way would write it to a temporary file from half a megabyte on."""

    def refuse(*args: object):
        raise AssertionError

    # Every kind of temporary file asks here for its place.
    monkeypatch.setattr(tempfile, "_sanitize_params", refuse)
    browser = desk.browser("Alice")
    browser.get("/import")
    big = b"number,text,date,category\n" + b"".join(
        b"%d,%s,2025-01-02,drugs\n" % (at, b"x" * 1000) for at in range(700)
    )
    assert give(browser, big).status_code == 303
    assert "<strong>700</strong>" in browser.get("/import").text


@pytest.mark.parametrize(("path", "size"), [("/import", lines.FILE_MAX + 300_000), ("/case/1/note", 300_000)])
def test_more_than_a_page_takes_is_refused(desk: Desk, path: str, size: int):
    """The one page that takes a file has a bound too, and no other page takes so much."""
    browser = desk.browser("Alice")
    browser.get("/import")
    assert give(browser, b"x" * size, path).status_code == 413

"""The page "Keys and backups", and the warnings that every officer sees on every page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.console.conftest import Desk
from tipline import clock
from tipline.ceremony import root, words
from tipline.keyring import certificate
from tipline.keys import expiry, files, signer
from tipline.keys.signing import SigningKey


def says(desk: Desk) -> certificate.Certificate:
    folder = desk.agency.made.console.parent
    vouching = signer.read_certificate(folder / "keys" / "signer.cert")
    return certificate.verified((folder / "root.pub").read_bytes(), vouching)


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)


def test_it_says_how_the_signer_stands(desk: Desk):
    """Root, certificate, keyring and revocations, for every officer."""
    shown = desk.browser("Alice").get("/keys")
    assert shown.status_code == 200
    root_ = desk.agency.made.fingerprint.hex()
    for said in (
        "Keys and backups",
        " ".join(root_[at : at + 4] for at in range(0, 64, 4)),
        words.write(desk.agency.made.fingerprint),
        f'until <time datetime="{says(desk).not_after}">{expiry.in_words(says(desk).not_after)}</time>',
        "None has been handed over yet",
        "(list 1)",
    ):
        assert said in shown.text
    assert 'class="warnings"' not in shown.text


def test_each_officer_is_warned_on_every_page_and_louder(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """From 30 days on; a week before the end it is an alarm, two days before the largest, and it stays."""
    desk.agency.tip()
    officer, last = desk.browser("Alan"), says(desk).not_after
    for left, label, marks in (
        (31, None, ""),
        (30, "Soon", "note care"),
        (8, "Soon", "note care"),
        (7, "This week", "note alarm"),
        (2, "Urgent", "note alarm loudest"),
        (-1, "Over", "note alarm loudest"),
        (-40, "Over", "note alarm loudest"),
    ):
        on(monkeypatch, last - timedelta(days=left))
        for path in ("/", "/keys"):
            shown = officer.get(path).text
            if label is None:
                assert "warnings" not in shown
            else:
                assert f'<div class="{marks}">' in shown
                assert f"<strong>{label}: The certificate of this agency&#39;s signer" in shown


def test_nobody_who_is_not_signed_in_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """How the agency stands is nothing for whoever reaches the sign-in page."""
    on(monkeypatch, says(desk).not_after + timedelta(days=1))
    assert "certificate" not in desk.browser().get("/sign-in").text


def test_a_damaged_file_is_named_and_no_page_fails(desk: Desk):
    """The officers' work goes on."""
    (desk.agency.made.console.parent / "revocations").write_bytes(b"damaged")
    for path in ("/", "/keys"):
        shown = desk.browser("Alice").get(path)
        assert shown.status_code == 200
        assert "A file of the keys cannot be used" in shown.text
    assert "<strong>A file cannot be used:</strong>" in shown.text


def test_a_revoked_signer_and_a_waiting_one_are_shown(desk: Desk):
    """An officer on the telephone can read out what the administrator asks for."""
    folder = desk.agency.made.console.parent
    key = SigningKey(files.read(desk.agency.made.root_key, files.ROOT))
    own = root.revoke(key, signer.read_revocations(folder / "revocations"), [bytes(32)])
    files.replace(folder / "revocations", files.REVOCATIONS, own.pack())
    signer.make_next(folder / "keys")
    shown = desk.browser("Alice").get("/keys").text
    assert "A new signer waits for its certificate" in shown
    assert "1, for ever" in shown
    assert "Revoked.</strong>" not in shown

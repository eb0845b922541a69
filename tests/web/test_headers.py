from __future__ import annotations

from typing import get_args

import pytest
from flask import Flask, Response, abort

from tipline.web import headers


def client_of(profile: headers.Profile):
    app = Flask(__name__, static_folder=None)
    headers.init_app(app, profile)

    @app.get("/")
    def show() -> Response:
        return Response(
            "", headers={"Cache-Control": "public", "content-security-policy": "none", "X-Own": "kept"}
        )

    @app.get("/fails")
    def fail() -> Response:
        abort(418)

    return app.test_client()


@pytest.mark.parametrize("profile", get_args(headers.Profile))
def test_every_answer_has_them_once(profile: headers.Profile) -> None:
    """Also errors, and whatever a view says; what is a view's own stays."""
    client = client_of(profile)
    for path in ("/", "/fails", "/none"):
        got = client.get(path).headers
        for name, value in headers.fixed(profile):
            assert got.getlist(name) == [value]
    assert client.get("/").headers["X-Own"] == "kept"


@pytest.mark.parametrize("profile", get_args(headers.Profile))
def test_the_policy_allows_nothing_from_elsewhere(profile: headers.Profile) -> None:
    """Only this site's own files, nothing inline, no frame, no base."""
    policy = dict(headers.fixed(profile))["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert set(rules.values()) <= {"'none'", "'self'"}
    assert "unsafe" not in policy


def test_only_pages_with_forms_may_send_them() -> None:
    """The page has no form that could carry words away unsealed; others send theirs to their own site."""
    rule = {
        profile: dict(headers.fixed(profile))["Content-Security-Policy"]
        for profile in get_args(headers.Profile)
    }
    assert "form-action 'none'" in rule["page"]
    assert "form-action 'none'" in rule["handover"]
    assert "form-action 'self'" in rule["plain"]
    assert "form-action 'self'" in rule["console"]
    assert "script-src 'none'" in rule["plain"]

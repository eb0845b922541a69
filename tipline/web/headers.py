"""Every header that an answer carries beyond its own length and type, of both apps, in this one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from flask import Flask

Profile = Literal["page", "plain", "console", "handover"]
Fixed = tuple[tuple[str, str], ...]

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_CHANGES: dict[Profile, dict[str, str]] = {
    "page": {},
    # Plain pages need no script, and post their forms.
    "plain": {"script-src": "'none'", "connect-src": "'none'", "form-action": "'self'"},
    "console": {"form-action": "'self'"},
    # Answers for a program: nothing in them may be shown or run.
    "handover": dict.fromkeys(("script-src", "style-src", "img-src", "connect-src"), "'none'"),
}
_UNUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
#: Officers sign in with security keys: a browser's own default lets our own pages ask for one.
_USED_FEATURES: dict[Profile, tuple[str, ...]] = {
    "console": ("publickey-credentials-create", "publickey-credentials-get")
}


def fixed(profile: Profile) -> Fixed:
    """Return the headers of every answer under *profile*, errors included."""
    policy = _POLICY | _CHANGES[profile]
    unused = [name for name in _UNUSED_FEATURES if name not in _USED_FEATURES.get(profile, ())]
    return (
        ("Content-Security-Policy", "; ".join(f"{name} {source}" for name, source in policy.items())),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-Dns-Prefetch-Control", "off"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Permissions-Policy", ", ".join(f"{name}=()" for name in unused)),
    )


def init_app(app: Flask, profile: Profile) -> None:
    """Give every answer of *app* the headers of *profile*; a view cannot set these itself."""
    app.wsgi_app = _WithHeaders(app.wsgi_app, fixed(profile))  # type: ignore[method-assign]


class _WithHeaders:
    def __init__(self, app: Callable[..., Iterable[bytes]], headers: Fixed) -> None:
        self._app = app
        self._headers = list(headers)
        self._names = frozenset(name.lower() for name, _ in headers)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            own = [item for item in headers if item[0].lower() not in self._names]
            return start_response(status, own + self._headers, *exc_info)

        return self._app(environ, start)

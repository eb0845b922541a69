"""Tipline's programs with leaks that a test switches on. None of these switches is in the product.

    python leaky.py KINDS COMMAND [OPTION ...]

KINDS are functions below, joined by commas. COMMAND is one of `tipline`, or "plain" for the process of
the plain pages. What is not needed by every kind is imported by the kind that needs it, as the programs do.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import gzip
import json
import runpy
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request

KEPT: list[object] = []
CONFIG = Path(next((item for item in sys.argv if item.endswith(".toml")), "nowhere"))


def access_log() -> None:
    """An access log with the user agent, as every web server writes it."""

    def write(head: dict[str, str]) -> None:
        with (CONFIG.parent / "access.log").open("a") as log:
            log.write(f"{head.get('USER_AGENT')}\n")

    on_request(write)


def packed_addresses() -> None:
    """Statistics of addresses, compressed."""

    def write(head: dict[str, str]) -> None:
        with (CONFIG.parent / "statistics").open("ab") as file:
            file.write(gzip.compress(f"{head.get('X_FORWARDED_FOR')}\n".encode()))

    on_request(write)


def remembered_languages() -> None:
    """Languages counted in intake's memory."""
    on_request(lambda head: KEPT.append(head.get("ACCEPT_LANGUAGE")))


def packed_cookies() -> None:
    """A cache of sessions in intake's memory, compressed."""
    on_request(lambda head: KEPT.append(zlib.compress(json.dumps(head.get("COOKIE")).encode())))


def stray_paths() -> None:
    """The paths that were not found, on standard error."""
    from tipline.web import requests

    def write(parser: requests.Parser, head: bytes) -> None:
        read(parser, head)
        sys.stderr.write(f"not found: {parser.path}\n")
        sys.stderr.flush()

    read, requests.Parser.parse_header = requests.Parser.parse_header, write  # type: ignore[method-assign]


def stored_keys() -> None:
    """The keys that the collector learns, in a file, in hex."""
    from tipline.seal import docket

    def write(plaintext: bytes) -> docket.Docket:
        opened = unpack(plaintext)
        with (CONFIG.parent / "keys.txt").open("a") as file:
            file.write(opened.acknowledgement.hex().upper() + "\n")
        return opened

    unpack, docket.unpack = docket.unpack, write


def previews() -> None:
    """Every page that an officer sees, in a temp file."""

    def write(answer: Any) -> Any:
        if answer.mimetype == "text/html":
            with tempfile.NamedTemporaryFile(delete=False) as file:
                file.write(answer.get_data().decode().encode("utf-16-le"))
        return answer

    on_app(lambda app: app.after_request(write))


def logged_passphrases() -> None:
    """Forms in the console's log."""

    def write() -> None:
        if request.form.get("passphrase"):
            sys.stderr.write(f"{json.dumps(request.form)}\n")
            sys.stderr.flush()

    on_app(lambda app: app.before_request(write))


def plain_spool() -> None:
    """Forms of the plain pages spooled to a file, as a large body would be."""

    def write() -> None:
        data = request.get_data(cache=True)
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(data)

    on_app(lambda app: app.before_request(write), plain=True)


def plain_memory() -> None:
    """The plain pages served by one process for all, which keeps what it last read."""
    import signal
    import socketserver

    socketserver.ForkingMixIn.process_request = socketserver.BaseServer.process_request  # type: ignore[method-assign,assignment]
    signal.alarm = lambda _seconds: 0  # type: ignore[assignment]
    on_app(lambda app: app.before_request(lambda: KEPT.append(request.form.get("receipt"))), plain=True)


def on_request(leak: Callable[[dict[str, str]], object]) -> None:
    """Have *leak* see every header of intake's requests, before they are dropped."""
    from waitress.parser import HTTPRequestParser

    def parse(parser: HTTPRequestParser, head: bytes) -> None:
        parse_header(parser, head)
        if "USER_AGENT" in parser.headers:
            leak(dict(parser.headers))

    parse_header, HTTPRequestParser.parse_header = HTTPRequestParser.parse_header, parse


def on_app(change: Callable[[Flask], object], *, plain: bool = False) -> None:
    """Have *change* done to the app of this program."""
    if plain == (sys.argv[2] == "plain"):
        make = Flask.__init__

        def made(app: Flask, *args: Any, **more: Any) -> None:
            make(app, *args, **more)
            change(app)

        Flask.__init__ = made  # type: ignore[method-assign]


def run(kinds: str, command: str, options: list[str]) -> None:
    """Switch the leaks on, then be the program."""
    for kind in kinds.split(","):
        globals()[kind]()
    if command == "plain":
        sys.argv = ["plain", *options]
        runpy.run_module("tipline.intake.plain_process", run_name="__main__", alter_sys=True)
        return
    from tipline.cli.main import main
    from tipline.intake import plain_process

    start = plain_process.PlainPages.__init__

    def leaky(pages: Any, *args: Any, **more: Any) -> None:
        start(pages, *args, **more)
        pages._command = [sys.executable, __file__, kinds, "plain", *pages._command[3:]]

    plain_process.PlainPages.__init__ = leaky  # type: ignore[method-assign]
    main([command, *options])


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], sys.argv[3:])

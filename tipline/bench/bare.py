"""The yardstick: a bare Flask view under waitress that stores each body with one durable commit.

    python -m tipline.bench.bare HOST:PORT FILE THREADS

At its best: one connection to SQLite behind a lock (without it, threads would wait in SQLite's busy handler),
and an answer with a length, after which waitress keeps the visitor's connection open.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from pathlib import Path

import waitress
from flask import Flask, Response, request


def create_app(path: Path) -> Flask:
    """Return the app over a new SQLite file at *path*, in WAL mode with every commit synced."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE envelope (id BLOB PRIMARY KEY, bytes BLOB NOT NULL)")
    lock = threading.Lock()
    app = Flask(__name__)

    @app.put("/e/<name>")
    def put(name: str) -> Response:
        body = request.get_data()
        with lock:
            # Outside a transaction, every statement is a commit of its own.
            connection.execute("INSERT OR IGNORE INTO envelope VALUES (?, ?)", (bytes.fromhex(name), body))
        return Response(status=200)

    return app


def main(listen: str, path: str, threads: str) -> None:
    """Serve until ended."""
    waitress.serve(create_app(Path(path)), listen=listen, threads=int(threads), connection_limit=512)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The console's Flask application, put together."""

from __future__ import annotations

import secrets
from types import ModuleType

from flask import Flask, Response, send_from_directory
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

from tipline import clock, db
from tipline.cases import reply
from tipline.console import (
    alerts,
    answers,
    audit,
    calls,
    guard,
    imports,
    inbox,
    keys,
    limits,
    menu,
    numbers,
    reading,
    refusal,
    rewards,
    role,
    search,
    session,
    text,
    tongues,
    translations,
    words,
)
from tipline.console.case import (
    answering,
    assessment,
    closing,
    files,
    giving,
    language,
    links,
    notes,
    report,
    restricted,
    routing,
    sealed,
    taking,
)
from tipline.console.case import page as case
from tipline.console.staff import accounts, desks, factors, handover, join, me, rota
from tipline.console.store import Sessions, Store
from tipline.links import region
from tipline.papers import paper_box
from tipline.preview.service import Previews
from tipline.settings import ConsoleSettings
from tipline.together.openings import Openings
from tipline.web import headers, log
from tipline.web.places import STATIC, TEMPLATES

#: A reply or a paper in a form: text of four bytes a character, percent-encoded, and the form's other fields.
BODY_MAX = 12 * max(reply.TEXT_MAX, paper_box.TEXT_MAX) + 4096
#: The parts of the console, each with pages of its own. One with more than these has an init_app.
PARTS = (
    menu,
    session,
    factors,
    join,
    me,
    accounts,
    inbox,
    audit,
    numbers,
    giving,
    case,
    answering,
    answers,
    calls,
    rewards,
    desks,
    routing,
    report,
    notes,
    search,
    reading,
    assessment,
    language,
    translations,
    tongues,
    closing,
    restricted,
    taking,
    links,
    imports,
    keys,
    alerts,
    rota,
    handover,
)  # fmt: skip


def create_app(settings: ConsoleSettings, engine: Engine | None = None) -> Flask:
    """Make the console over the database beside its settings file, or over *engine*."""
    app = Flask("tipline.console", template_folder=str(TEMPLATES / "console"), static_folder=None)
    log.silence(app.logger.name)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        MAX_CONTENT_LENGTH=BODY_MAX,
        MAX_FORM_MEMORY_SIZE=BODY_MAX,
        # A form's token lives as long as its session, and Origin is checked by guard for plain HTTP too.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["tipline.settings"] = settings
    app.extensions["tipline.engine"] = engine or db.open_engine(settings.folder / "console.db")
    region.tell(app.extensions["tipline.engine"], settings.links.region)
    store = Store(settings.idle_minutes * 60)
    app.extensions["tipline.store"] = store
    app.session_interface = Sessions(store, settings.console, secure=not settings.demo)

    headers.init_app(app, "console")
    guard.init_app(app, _hosts(settings))
    role.init_app(app)
    CSRFProtect(app)
    refusal.init_app(app)
    app.add_url_rule("/static/<path:name>", "static", _static)
    limits.init_app(app)
    for part in PARTS:
        _add(app, part)
    files.init_app(app, Previews(settings.preview_socket))
    sealed.init_app(app, Openings())
    _fill_templates(app, settings)
    return app


def _add(app: Flask, part: ModuleType) -> None:
    if hasattr(part, "init_app"):
        part.init_app(app)
    else:
        app.register_blueprint(part.bp)


def _hosts(settings: ConsoleSettings) -> set[str]:
    port = settings.listen.rsplit(":", 1)[1]
    return {settings.listen, f"127.0.0.1:{port}", f"localhost:{port}", *settings.hosts}


@role.role("anyone")
def _static(name: str) -> Response:
    return send_from_directory(STATIC / "console", name)


def _fill_templates(app: Flask, settings: ConsoleSettings) -> None:
    app.jinja_env.filters.update(
        inert=text.inert,
        inert_name=text.inert_name,
        has_lookalikes=text.has_lookalikes,
        number=words.number,
        language=words.language,
        day=words.day,
        date=clock.in_words,
        hour=words.hour,
        isoday=words.isoday,
        moment=words.moment,
        size=words.size,
        aloud=words.aloud,
        trouble=words.trouble,
    )
    app.jinja_env.globals.update(settings=settings, words=words, own_session=role.own_session)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

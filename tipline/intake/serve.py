"""Intake as it runs: public, onion and handover listeners over one rack."""

from __future__ import annotations

import gc
from functools import partial
from types import TracebackType
from typing import Self

from tipline.intake import accept, handover
from tipline.intake.app import KEPT_HEADERS, create_app
from tipline.intake.published import Published
from tipline.intake.rack import Rack
from tipline.intake.sizes import PARCEL_SIZE
from tipline.settings import IntakeSettings
from tipline.web import headers
from tipline.web.server import Bounds, Listener, Server

#: So many PUTs can share one commit.
THREADS = 32
_HANDOVER_THREADS = 4
_HANDOVER_CONNECTIONS = 32
#: A board at its largest.
_ANSWER_MAX = handover.BODY_MAX * 2


class Intake:
    """Intake without the plain pages, over a rack that exists. Made, it has its ports; entered, it serves."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._rack = Rack(settings.folder / "rack.db", settings.consoles, settings.suite)
        self._published = Published(
            settings.folder,
            bytes.fromhex(settings.root_fingerprint),
            settings.consoles,
            settings.serial_floors,
            settings.revocations_floor,
            suite=settings.suite,
        )
        public = create_app(settings, self._rack, self._published)
        private = handover.create_app(settings, self._rack, self._published)
        inward = Bounds(PARCEL_SIZE, _ANSWER_MAX, settings.body_seconds)
        across = Bounds(handover.BODY_MAX, _ANSWER_MAX, settings.body_seconds, _HANDOVER_CONNECTIONS)
        page = headers.fixed("page")
        admit = partial(accept.admit, settings.suite)
        self._servers = (
            Server(
                [
                    Listener(address, public, page, inward, admit, KEPT_HEADERS, whole_days=True)
                    for address in (settings.public, settings.onion)
                ],
                THREADS,
            ),
            Server(
                [Listener(settings.handover, private, headers.fixed("handover"), across)], _HANDOVER_THREADS
            ),
        )

    @property
    def addresses(self) -> list[str]:
        """Where it serves, as "name host:port"."""
        names = ("public", "onion", "handover")
        listening = [address for server in self._servers for address in server.addresses]
        return [f"{name} {address}" for name, address in zip(names, listening, strict=True)]

    def __enter__(self) -> Self:
        """Start serving."""
        # What is there now stays: the writer's frequent collections need not look at it.
        gc.collect()
        gc.freeze()
        for server in self._servers:
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, and finish writing."""
        for server in self._servers:
            server.stop()
        self._rack.close()

"""Shares new connections evenly among the workers.

Workers share one listening socket, asyncio accepts until its queue is empty, and keep-alive pins what was accepted: one
worker can take a whole burst of connections and then serve it alone while the others idle. Here a worker that already
holds more connections than another one lets that one go first; what nobody takes within a moment is taken anyway.

Only connections are shared out. Requests on them are the client's affair: count `x-testbed-worker`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from asyncio import selector_events
from pathlib import Path
from typing import Any

from readiness import alive

logger = logging.getLogger("bentoml.serve")

#: A worker that leaves a connection to another looks again after this long ...
STEP_SECONDS = 0.002
#: ... and takes it itself after this long: the other may hang.
PATIENCE_SECONDS = 0.05


def install(folder: Path) -> None:
    """`folder` holds one file per worker, named by process id: its open connections."""
    original = getattr(selector_events.BaseSelectorEventLoop, "_accept_connection", None)
    if original is None:
        logger.warning("this Python's event loop is not the expected one: connections may pile up on one worker")
        return
    ledger = _Ledger(folder)

    def accept_one(loop: Any, factory: Any, sock: Any, sslcontext: Any = None, server: Any = None, backlog: int = 100, *rest: Any) -> None:
        arguments = (factory, sock, sslcontext, server, backlog, *rest)
        if ledger.should_wait():
            # The socket stays readable: without a pause this would spin.
            loop.remove_reader(sock.fileno())
            loop.call_later(STEP_SECONDS, _resume, loop, sock, accept_one, arguments)
            return
        original(loop, ledger.counting(factory), sock, sslcontext, server, 1, *rest)

    selector_events.BaseSelectorEventLoop._accept_connection = accept_one  # type: ignore[method-assign]


def _resume(loop: Any, sock: Any, accept: Any, arguments: tuple[Any, ...]) -> None:
    # Closed meanwhile where the server is being stopped.
    if sock.fileno() != -1 and (server := arguments[3]) is not None and server.is_serving():
        loop.add_reader(sock.fileno(), accept, loop, *arguments)


class _Ledger:
    def __init__(self, folder: Path):
        self._folder = folder
        self._own = str(os.getpid())
        self._open = 0
        self._waiting_since: float | None = None

    def should_wait(self) -> bool:
        now = time.monotonic()
        if self._open <= min(self._others(), default=self._open):
            self._waiting_since = None
            return False
        if self._waiting_since is None or now - self._waiting_since > 2 * PATIENCE_SECONDS:
            self._waiting_since = now
        if now - self._waiting_since < PATIENCE_SECONDS:
            return True
        self._waiting_since = None
        return False

    def counting(self, factory: Any) -> Any:
        def make() -> asyncio.Protocol:
            protocol = factory()
            made, lost = protocol.connection_made, protocol.connection_lost

            def connection_made(transport: Any) -> None:
                self._change(1)
                made(transport)

            def connection_lost(error: Exception | None) -> None:
                self._change(-1)
                lost(error)

            protocol.connection_made, protocol.connection_lost = connection_made, connection_lost
            return protocol

        return make

    def _change(self, by: int) -> None:
        self._open += by
        file = self._folder / self._own
        if file.exists():
            file.write_text(str(self._open))

    def _others(self) -> list[int]:
        counts = []
        for file in self._folder.iterdir():
            if file.name.isdigit() and file.name != self._own and alive(int(file.name)):
                try:
                    counts.append(int(file.read_text() or 0))
                except (FileNotFoundError, ValueError):
                    continue
        return counts

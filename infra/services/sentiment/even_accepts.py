"""Keeps one worker from taking all connections.

Workers share one listening socket. asyncio accepts in a loop until the queue is empty, so whichever worker wakes first
takes a whole burst of new connections, keep-alive then pins them to it, and the others idle. One connection per
wake-up lets the workers share a burst.
"""

from __future__ import annotations

import logging
from asyncio import selector_events

logger = logging.getLogger("bentoml.serve")


def install() -> None:
    original = getattr(selector_events.BaseSelectorEventLoop, "_accept_connection", None)
    if original is None:
        logger.warning("this Python's event loop is not the expected one: connections may pile up on one worker")
        return

    def accept_one(self, protocol_factory, sock, sslcontext=None, server=None, backlog=100, *rest, **named):  # type: ignore[no-untyped-def]
        return original(self, protocol_factory, sock, sslcontext, server, 1, *rest, **named)

    selector_events.BaseSelectorEventLoop._accept_connection = accept_one  # type: ignore[method-assign]

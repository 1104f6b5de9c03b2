"""Where one request's time goes in the server, told in the answer's `server-timing` header and on /metrics.

    parse      body read and checked
    tokenise   text to token ids; where BentoML batches, those of the whole batch
    queue      ready to run, until its run began
    infer      the run of the model that its (last) text was in
    batch      waiting for other runs of its own batch, or of its own texts
    handover   result ready, until the event loop took it up again
    post       label and rounding
    encode     JSON
    total      request handed to the application, until the answer is handed back

Milliseconds. What the parts leave of the total is the framework's: BentoML's endpoint, threads, middleware in between.
Not in the total: the socket's queue, the parsing of HTTP, BentoML's outer middleware; the client sees those.
Switched off, none of this exists in a request's path.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

PARTS = ("parse", "tokenise", "queue", "infer", "batch", "handover", "post", "encode")

clock = time.perf_counter


@dataclass(slots=True)
class Work:
    """What was done for a request's texts, by instants of `clock`: one or several runs of the model."""

    began: float
    ended: float
    #: The run that ended last.
    infer_seconds: float
    #: Texts in that run.
    texts: int
    #: Between began and ended, where texts are tokenised after they waited.
    tokenise_seconds: float = 0.0


class Timeline:
    """One request, from the moment the application got it."""

    __slots__ = ("received", "parsed", "tokenised")

    def __init__(self) -> None:
        self.received = self.parsed = self.tokenised = clock()

    def note_parsed(self) -> None:
        self.parsed = self.tokenised = clock()

    def note_tokenised(self) -> None:
        self.tokenised = clock()

    def seconds(self, work: Work, resumed: float, labelled: float, encoded: float) -> dict[str, float]:
        return {
            "parse": self.parsed - self.received,
            "tokenise": self.tokenised - self.parsed + work.tokenise_seconds,
            "queue": work.began - self.tokenised,
            "infer": work.infer_seconds,
            "batch": work.ended - work.began - work.infer_seconds - work.tokenise_seconds,
            "handover": resumed - work.ended,
            "post": labelled - resumed,
            "encode": encoded - labelled,
        }


#: The request that the running task serves; None where stages are not asked for.
CURRENT: ContextVar[Timeline | None] = ContextVar("timeline", default=None)


class Stages:
    """Header and histograms of one worker."""

    def __init__(self) -> None:
        # Only now: BentoML names the folder of the workers' shared metrics after this module was imported.
        import prometheus_client

        seconds = prometheus_client.Histogram(
            "testbed_stage_seconds",
            "Time of one request in each stage of the server, in seconds",
            ["stage"],
            buckets=[1e-4 * 2**power for power in range(18)],
        )
        self._histograms = {part: seconds.labels(stage=part) for part in (*PARTS, "total")}

    def header(self, timeline: Timeline, seconds: dict[str, float], texts: int) -> str:
        """RFC-style Server-Timing: `name;dur=milliseconds`; the run's size is the description of `infer`."""
        total = clock() - timeline.received
        for part, value in seconds.items():
            self._histograms[part].observe(value)
        self._histograms["total"].observe(total)
        entries = [f"{part};dur={1000 * value:.3f}" for part, value in seconds.items()]
        entries[PARTS.index("infer")] += f';desc="{texts}"'
        return ", ".join([*entries, f"total;dur={1000 * total:.3f}"])


class StagesMiddleware:
    """ASGI: starts the clock of each classification."""

    def __init__(self, app: Any):
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/classify":
            CURRENT.set(Timeline())
        await self._app(scope, receive, send)

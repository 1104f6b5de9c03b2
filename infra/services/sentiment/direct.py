"""POST /classify in front of BentoML's endpoint: the same questions and answers, fed from the worker's own queue.

BentoML's endpoint costs more than a millisecond of CPU a request (serialisers by content type, context, a thread hop,
response objects) and its dispatcher runs batches in order of arrival, one at a time. Here a request is parsed,
tokenised and queued on the event loop, and answered when its run is done. All else is BentoML: supervisor, workers,
metrics, limits, probes.
"""

from __future__ import annotations

import logging
from typing import Any

from pydantic import ValidationError

from api import LONGEST_TEXT, MOST_TEXTS, Answer, Question, rejection
from batch_queue import BatchQueue, Job, Overdue
from classifier import Classifier
from stages import CURRENT, Work

#: Every text at its longest, every character as an escaped pair of surrogates, and room for spaces between.
LARGEST_BODY = MOST_TEXTS * LONGEST_TEXT * 12 + 65536
TOO_LARGE = b'{"error":"the body is larger than any question"}'

logger = logging.getLogger("bentoml.serve")


class DirectEndpoint:
    """ASGI middleware. `open` is called in the worker, once its model is loaded."""

    def __init__(self, app: Any, service: "DirectService"):
        self._app = app
        self._service = service

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/classify" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        raw = await _body(scope, receive)
        status, body, timing = (413, TOO_LARGE, None) if raw is None else await self._service.answer(raw)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if timing is not None:
            headers.append((b"server-timing", timing.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class DirectService:
    _classifier: Classifier
    _queue: BatchQueue

    def open(self, classifier: Classifier, queue: BatchQueue) -> None:
        self._classifier = classifier
        self._queue = queue
        queue.start()

    async def answer(self, raw: bytes) -> tuple[int, bytes, str | None]:
        """Status, body, `server-timing`."""
        try:
            texts = Question.parse(raw).texts
        except ValidationError as error:
            return 400, rejection(error), None
        timeline = CURRENT.get()
        if timeline is not None:
            timeline.note_parsed()
        try:
            rows = [self._classifier.tokenise(text) for text in texts]
            if timeline is not None:
                timeline.note_tokenised()
            job = await self._queue.submit(rows)
            return 200, *Answer.encode(job.results, _work(job))
        except Overdue:
            return 503, b'{"error":"process is overloaded"}', None
        except Exception:
            logger.exception("classification failed")
            return 500, b'{"error":"An unexpected error has occurred, please check the server log."}', None


async def _body(scope: Any, receive: Any) -> bytes | None:
    """None where it is larger than any question; what is left of it is not read."""
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _work(job: Job) -> Work:
    last = max(job.runs, key=lambda run: run.ended)
    return Work(min(run.began for run in job.runs), last.ended, last.ended - last.began, last.texts)

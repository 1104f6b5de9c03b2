"""The classification head, fitted on human ratings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from .made import Made, in_batches

#: A mean human rating within +- this is neutral.
NEUTRAL = 0.5


def read_corpus(path: Path) -> dict[str, list[tuple[str, int]]]:
    """(text, label) by split, in a fixed order that has nothing to do with domain or rating."""
    splits: dict[str, list[tuple[str, int]]] = {"train": [], "test": []}
    for line in path.read_text("utf-8").rstrip("\n").split("\n"):
        split, _domain, rating, text = line.split("\t")
        if split in splits:
            splits[split].append((text, 0 if float(rating) < -NEUTRAL else 2 if float(rating) > NEUTRAL else 1))
    for rows in splits.values():
        rows.sort(key=lambda row: hashlib.sha256(row[0].encode()).digest())
    return splits


def fit_head(made: Made, rows: list[tuple[str, int]]) -> None:
    """Multinomial logistic regression on the frozen encoder's features, written into the model's last layer."""
    import numpy as np
    import torch
    from sklearn.linear_model import LogisticRegression

    features = _features(made, [text for text, _ in rows])
    labels = np.array([label for _, label in rows])
    mean, scale = features.mean(0), features.std(0) + 1e-6
    fit = LogisticRegression(C=0.05, max_iter=500).fit((features - mean) / scale, labels)
    weight = fit.coef_ / scale
    bias = fit.intercept_ - weight @ mean
    # Rounded: the last bits of a fit depend on the machine's arithmetic library, and the digest must not.
    with torch.no_grad():
        made.model.head.weight.copy_(torch.from_numpy(np.round(weight, 3)))
        made.model.head.bias.copy_(torch.from_numpy(np.round(bias, 3)))


def _features(made: Made, texts: list[str]) -> Any:
    import torch

    with torch.inference_mode():
        return in_batches(made, texts, lambda ids, mask: made.model.features(ids, mask).numpy()).astype("float64")

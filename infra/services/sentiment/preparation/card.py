"""What a prepared folder says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .export import onnx_run
from .made import LABELS, Made, in_batches, say, sha256

# Not a tolerance, which a variant declares: below this share of fp32's labels, int8 was made wrongly.
LEAST_INT8_AGREEMENT = 0.9


def card_of(name: str, made: Made) -> dict[str, Any]:
    return {
        "format": 1,
        "name": name,
        "synthetic": made.synthetic,
        "source": made.source,
        "licence": made.licence,
        "labels": made.labels,
        "architecture": made.architecture,
        "config": made.config,
        "padId": made.pad,
        "maxTokens": made.max_tokens,
    }


def write_card(card: dict[str, Any], folder: Path) -> None:
    names = ("tokenizer.json", "model.safetensors", "model.onnx", "model-int8.onnx")
    card["files"] = {name: sha256(folder / name) for name in names}
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def accuracy(made: Made, folder: Path, rows: list[tuple[str, int]]) -> dict[str, Any]:
    """On texts that nothing was fitted on: share of right labels and macro-F1, for fp32 and int8."""
    from sklearn.metrics import accuracy_score, f1_score

    say(f"measuring accuracy on {len(rows)} held-out texts")
    texts, labels = [text for text, _ in rows], [LABELS[label] for _, label in rows]
    result: dict[str, Any] = {"texts": len(rows), "majorityShare": round(max(map(labels.count, LABELS)) / len(labels), 4)}
    predicted: dict[str, list[str]] = {}
    for runtime, name in (("onnx", "model.onnx"), ("onnx-int8", "model-int8.onnx")):
        best = in_batches(made, texts, onnx_run(folder / name)).argmax(1)
        predicted[runtime] = [made.labels[index] for index in best]
        result[runtime] = {
            "accuracy": round(accuracy_score(labels, predicted[runtime]), 4),
            "macroF1": round(f1_score(labels, predicted[runtime], average="macro"), 4),
        }
    result["agreement"] = round(accuracy_score(predicted["onnx"], predicted["onnx-int8"]), 4)
    if result["agreement"] < LEAST_INT8_AGREEMENT:
        raise SystemExit(f"int8 gives {result['agreement']:.1%} of {len(rows)} texts the label of fp32: its making is broken")
    return result

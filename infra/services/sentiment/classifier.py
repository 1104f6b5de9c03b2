"""Texts in, class probabilities out: one path for every runtime, from a prepared model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable, Sequence

import numpy as np
from tokenizers import Tokenizer

#: (input_ids, attention_mask) -> logits, all of shape (texts, ...).
Runtime = Callable[[np.ndarray, np.ndarray], np.ndarray]

#: Longest over shortest text of one padded run, in tokens.
BUCKET_RATIO = 1.25


class Classifier:
    def __init__(self, folder: Path, runtime: str, threads: int, length_buckets: bool):
        self.card = json.loads((folder / "model.json").read_text("utf-8"))
        self.labels: list[str] = self.card["labels"]
        self._pad: int = self.card["padId"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.card["maxTokens"])
        self._run = _RUNTIMES[runtime](folder, self.card, threads)
        self._length_buckets = length_buckets

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (texts, labels); rows sum to 1."""
        if len(texts) == 1:
            # Almost every request: no padding, no sorting.
            ids = np.array([self._tokenizer.encode(texts[0]).ids], dtype=np.int64)
            return _softmax(self._run(ids, np.ones_like(ids)))
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        runs = length_runs([len(row) for row in ids]) if self._length_buckets else [list(range(len(ids)))]
        result = np.empty((len(ids), len(self.labels)), dtype=np.float32)
        for run in runs:
            result[run] = _softmax(self._run(*self._padded([ids[index] for index in run])))
        return result

    def _padded(self, rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self._pad, dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        return ids, mask


def length_runs(lengths: Sequence[int], ratio: float = BUCKET_RATIO) -> list[list[int]]:
    """Positions grouped so that within a group longest <= ratio * shortest; every position exactly once."""
    runs: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if runs and lengths[index] <= ratio * lengths[runs[-1][0]]:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _torch(folder: Path, card: dict, threads: int) -> Runtime:
    import torch
    from architectures import load

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    model = load(card["architecture"], card["config"], str(folder / "model.safetensors"))

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()

    return run


def _onnx(name: str) -> Callable[[Path, dict, int], Runtime]:
    def open_session(folder: Path, _card: dict, threads: int) -> Runtime:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A waiting thread that spins takes the core of the next worker.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(folder / name), sess_options=options, providers=["CPUExecutionProvider"]
        )
        return lambda ids, mask: session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]

    return open_session


_RUNTIMES: dict[str, Callable[[Path, dict, int], Runtime]] = {
    "torch": _torch,
    "onnx": _onnx("model.onnx"),
    "onnx-int8": _onnx("model-int8.onnx"),
}

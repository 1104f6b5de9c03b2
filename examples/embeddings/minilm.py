"""all-MiniLM-L6-v2 in NumPy: six layers of a BERT encoder, mean pooling, vectors of length one.

Written out because it is small, and because an example should not ask for two gigabytes of PyTorch.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, HEADS, WIDTH = 6, 12, 384


class MiniLM:
    """Sentences to unit vectors of 384 numbers."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._weights = {name: array.astype(np.float32) for name, array in load_file(folder / "model.safetensors").items()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.enable_padding()

    def encode(self, sentences: list[str]) -> np.ndarray:
        """One row for each sentence."""
        encodings = self._tokenizer.encode_batch(sentences)
        ids = np.array([encoding.ids for encoding in encodings])
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.float32)
        hidden = self._embedded(ids)
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, mask)
        summed = (hidden * mask[:, :, None]).sum(axis=1)
        return summed / np.linalg.norm(summed, axis=1, keepdims=True)

    def _embedded(self, ids: np.ndarray) -> np.ndarray:
        table = lambda name: self._weights[f"embeddings.{name}_embeddings.weight"]
        positions = table("position")[: ids.shape[1]]
        return self._normed("embeddings.LayerNorm", table("word")[ids] + positions + table("token_type")[0])

    def _layer(self, name: str, hidden: np.ndarray, mask: np.ndarray) -> np.ndarray:
        attended = self._dense(f"{name}.attention.output.dense", self._attention(name, hidden, mask))
        hidden = self._normed(f"{name}.attention.output.LayerNorm", hidden + attended)
        between = _gelu(self._dense(f"{name}.intermediate.dense", hidden))
        return self._normed(f"{name}.output.LayerNorm", hidden + self._dense(f"{name}.output.dense", between))

    def _attention(self, name: str, hidden: np.ndarray, mask: np.ndarray) -> np.ndarray:
        batch, tokens, _ = hidden.shape

        def heads(part: str) -> np.ndarray:
            dense = self._dense(f"{name}.attention.self.{part}", hidden)
            return dense.reshape(batch, tokens, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / sqrt(WIDTH // HEADS)
        scores += (1 - mask[:, None, None, :]) * -1e9
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(batch, tokens, WIDTH)

    def _dense(self, name: str, x: np.ndarray) -> np.ndarray:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, name: str, x: np.ndarray) -> np.ndarray:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-12)
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _gelu(x: np.ndarray) -> np.ndarray:
    """By the tanh approximation, within 0.0005 of the exact one."""
    return 0.5 * x * (1 + np.tanh(sqrt(2 / np.pi) * (x + 0.044715 * x * x * x)))

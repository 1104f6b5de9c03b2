"""Byte-level BPE tokenizers in RoBERTa's layout, made from plain vocabulary files."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

SPECIAL = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
#: RoBERTa's table has this many rows: 4 special tokens, 50,256 byte pairs, 4 fillers and <mask>.
ROBERTA_SIZE = 50_265


def from_gpt2_files(folder: Path) -> Tokenizer:
    """GPT-2's merges (encoder.json, vocab.bpe) with RoBERTa's special tokens.

    Ids are GPT-2's order + 4, not those of a published RoBERTa, which ordered its vocabulary by frequency: good for a
    model of our own, useless with a published checkpoint.
    """
    gpt2 = json.loads((folder / "encoder.json").read_text("utf-8"))
    vocabulary = dict(SPECIAL)
    for token, index in gpt2.items():
        if token != "<|endoftext|>":
            vocabulary[token] = index + len(SPECIAL)
    for filler in range(4):
        vocabulary[f"madeupword{filler:04d}"] = len(vocabulary)
    vocabulary["<mask>"] = len(vocabulary)
    if len(vocabulary) != ROBERTA_SIZE:
        raise SystemExit(f"vocabulary of {folder}: expected {ROBERTA_SIZE} tokens, got {len(vocabulary)}")
    lines = (folder / "vocab.bpe").read_text("utf-8").splitlines()
    return _byte_level(vocabulary, lines)


def from_roberta_files(folder: Path) -> Tokenizer:
    """A published checkpoint's own tokenizer.json, or its vocab.json and merges.txt."""
    if (folder / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
    return _byte_level(vocabulary, (folder / "merges.txt").read_text("utf-8").splitlines())


def _byte_level(vocabulary: dict[str, int], merge_lines: list[str]) -> Tokenizer:
    merges = [tuple(line.split(" ")) for line in merge_lines if line and not line.startswith("#version")]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    ends = (("</s>", vocabulary["</s>"]), ("<s>", vocabulary["<s>"]))
    tokenizer.post_processor = processors.RobertaProcessing(*ends, add_prefix_space=False)
    tokenizer.add_special_tokens([*SPECIAL, AddedToken("<mask>", lstrip=True)])
    return tokenizer

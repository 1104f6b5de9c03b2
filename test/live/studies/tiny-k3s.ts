import type { StudyInput } from "../../../workloads/spec.ts";
import tiny from "./tiny.ts";

/** The same on a K3s node; without PyTorch, whose image is large. */
const tinyK3s: StudyInput = { ...tiny, name: "tiny-k3s", target: "k3s", baseline: "onnx" };

export default tinyK3s;

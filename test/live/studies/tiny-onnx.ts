import type { StudyInput } from "../../../workloads/spec/spec.ts";
import tiny from "./tiny.ts";

/** Without PyTorch, which takes seconds to start and whose image is large. */
const tinyOnnx: StudyInput = { ...tiny, name: "tiny-onnx", baseline: "onnx" };

export default tinyOnnx;

import type { StudyInput } from "../../../workloads/spec/spec.ts";
import tinyK3s from "./tiny-k3s.ts";

/** Enough deployments that one may be lost. */
const tinyK3sMany: StudyInput = { ...tinyK3s, name: "tiny-k3s-many", aa: false };

export default tinyK3sMany;

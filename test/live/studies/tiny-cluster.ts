import type { StudyInput } from "../../../workloads/spec/spec.ts";
import tinyK3s from "./tiny-k3s.ts";

/** The same on a cluster that is there already. */
const tinyCluster: StudyInput = { ...tinyK3s, name: "tiny-cluster", target: "cluster" };

export default tinyCluster;

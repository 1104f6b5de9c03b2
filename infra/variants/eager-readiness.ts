import { usualLifecycle } from "../services/definition/lifecycle.ts";
import { int8Replicas } from "./int8-replicas.ts";
import type { Variant } from "./variant.ts";

/** What a probe every second buys: a copy that ceases to answer is sent nobody new within about two. */
export const eagerReadiness: Variant = {
  ...int8Replicas,
  description: "as int8-replicas, but probed every second and unready after one failed probe",
  lifecycle: {
    ...usualLifecycle,
    readiness: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 },
  },
};

import { usualLifecycle } from "../services/definition/lifecycle.ts";
import { int8Replicas } from "./int8-replicas.ts";
import type { Variant } from "./variant.ts";

/** The gain of a probe every second: a copy that stops answering gets no new requests after about two seconds. */
export const eagerReadiness: Variant = {
  ...int8Replicas,
  description: "as int8-replicas, but probed every second and unready after one failed probe",
  lifecycle: {
    ...usualLifecycle,
    readiness: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 },
  },
};

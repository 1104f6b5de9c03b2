import { eagerReadiness } from "./eager-readiness.ts";
import type { Variant } from "./variant.ts";

/** The gain or cost of killing early: a server that would have recovered by itself is restarted instead. */
export const eagerLiveness: Variant = {
  ...eagerReadiness,
  description: "as eager-readiness, and also killed after two failed liveness probes, one every second",
  lifecycle: {
    ...eagerReadiness.lifecycle!,
    liveness: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 },
  },
};

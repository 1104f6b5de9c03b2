import { eagerReadiness } from "./eager-readiness.ts";
import type { Variant } from "./variant.ts";

/** What killing soon buys, or costs: a server that would have come back by itself starts anew instead. */
export const eagerLiveness: Variant = {
  ...eagerReadiness,
  description: "as eager-readiness, and also killed after two failed liveness probes, one every second",
  lifecycle: {
    ...eagerReadiness.lifecycle!,
    liveness: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 },
  },
};

import { usualLifecycle } from "../services/definition/lifecycle.ts";
import { int8Replicas } from "./int8-replicas.ts";
import type { Variant } from "./variant.ts";

/** What a pod that leaves at once costs: for a moment it is still sent requests. */
export const noPreStop: Variant = {
  ...int8Replicas,
  description: "as int8-replicas, but a pod stops at once, without a pause",
  lifecycle: { ...usualLifecycle, preStopSeconds: 0 },
};

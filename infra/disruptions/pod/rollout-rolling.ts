import { rollout } from "./rollouts.ts";

/** The strategy that should cost no requests. */
export const rolloutRolling = rollout("RollingUpdate");

import { rollout } from "./rollouts.ts";

/** What should cost nothing. */
export const rolloutRolling = rollout("RollingUpdate");

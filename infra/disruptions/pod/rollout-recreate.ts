import { rollout } from "./rollouts.ts";

/** What is left to those whose second copy does not fit. */
export const rolloutRecreate = rollout("Recreate");

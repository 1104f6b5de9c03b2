import { rollout } from "./rollouts.ts";

/** The strategy for services of which two copies do not fit at once. */
export const rolloutRecreate = rollout("Recreate");

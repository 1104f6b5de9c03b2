/** A trial of simulations and tests: finished and valid, and in all else as it is told. */
import type { TrialResult } from "../analysis/schema/trial.ts";

type Told = Pick<TrialResult, "block" | "metrics" | "counts"> & Partial<TrialResult>;

export function validTrial(told: Told): TrialResult {
  return {
    ...{ id: String(told.block), variant: "simulated", arm: "main", scenario: "simulated" },
    ...{ status: "finished", error: "", valid: true, saturated: false, findings: [], gates: [] },
    ...{ ratePerSecond: 1, window: null, generator: null, servers: [] },
    ...told,
  };
}

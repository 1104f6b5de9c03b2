/**
 * Groups of trials that may be repeated: the trials of one block and scenario, some of which failed a gate of the
 * measurement (the generator, the machine, the samples), not of the service. The whole group is repeated, so that its
 * trials stay close in time.
 */
import { trialGroups } from "../figures/trial-groups.ts";
import type { RecoveryResult } from "../schema/recovery.ts";
import type { Gate, Side, TrialResult } from "../schema/trial.ts";

const measuring: ReadonlySet<Side> = new Set(["generator", "machine", "samples"]);

export interface InvalidGroup {
  readonly block: number;
  readonly scenario: string;
  /** Ids of its finished trials. */
  readonly trials: readonly string[];
  /** Names of the gates that failed, and what they judge. */
  readonly gates: readonly string[];
  readonly sides: readonly Side[];
}

/**
 * A group with a trial that failed, or that its service or schedule made invalid, does not qualify: to repeat until that
 * is gone would be to choose the answer.
 */
export function invalidGroups({
  trials,
  recovery,
}: {
  readonly trials: readonly TrialResult[];
  readonly recovery: RecoveryResult | null;
}): InvalidGroup[] {
  const inFigures = new Set(
    (recovery?.injections ?? []).filter(({ excluded }) => excluded === "").map(({ trial }) => trial),
  );
  // Of a control the injections may count where its response times do not.
  const counts = ({ id, valid }: TrialResult) => valid || inFigures.has(id);
  return trialGroups(trials, (trial) => trial).flatMap((group) => {
    const finished = group.filter(({ status }) => status === "finished");
    const failed = finished.filter((trial) => !counts(trial)).flatMap(failedGates);
    const mendable =
      failed.length > 0 &&
      failed.every(({ side }) => measuring.has(side)) &&
      group.every(({ status }) => status !== "failed");
    if (!mendable) return [];
    const { block, scenario } = group[0]!;
    const gates = [...new Set(failed.map(({ gate }) => gate))];
    const sides = [...new Set(failed.map(({ side }) => side))];
    return [{ block, scenario, trials: finished.map(({ id }) => id), gates, sides }];
  });
}

/** Without those that only warn. */
function failedGates({ gates, findings }: TrialResult): Gate[] {
  const invalid = new Set(findings.filter(({ severity }) => severity === "invalid").map(({ code }) => code));
  return gates.filter(({ gate, passed }) => !passed && invalid.has(gate));
}

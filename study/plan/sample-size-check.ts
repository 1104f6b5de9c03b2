/**
 * Whether every block will have enough requests for the primary metric. Schedules follow from the measured capacity and
 * the plan's seeds, so this is known before the first trial. A block with too few requests is excluded from its
 * comparisons, and with too few blocks a study cannot reach its alpha, whatever its variants do.
 */

import { counted } from "../../analysis/figures/format.ts";
import { blocksNeeded, resolution } from "../../analysis/plan/resolution.ts";
import type { PlanFile } from "../../analysis/schema/results-folder.ts";
import { quantileNeeds } from "../../analysis/statistics/quantile.ts";
import type { Problem } from "../../errors/errors.ts";
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { materialise } from "../../workloads/schedule/schedule.ts";
import { rateOf, type ScenarioSpec, type StudySpec } from "../../workloads/spec/spec.ts";

export interface ShortSchedules {
  readonly scenario: string;
  /** Path of the scenario in the study. */
  readonly path: string;
  /** Requests in the measured window that the primary metric needs. */
  readonly needed: number;
  /** Of each block that has fewer. */
  readonly requests: readonly { readonly block: number; readonly count: number }[];
  /** `durationSeconds` at which no block has fewer; null where ten times as long is not enough. */
  readonly enoughSeconds: number | null;
}

const quantiles: Readonly<Record<string, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/**
 * Scenarios with a block whose schedule is too short for the primary metric; a closed loop has no schedule to count.
 * @param capacityPerSecond undefined before it is measured: rates that are a share of it are then not judged
 */
export function shortSchedules(
  { study, trials }: Pick<PlanFile, "study" | "trials">,
  capacityPerSecond: number | undefined,
): ShortSchedules[] {
  const p = quantiles[study.primary];
  if (p === undefined) return [];
  const needed = quantileNeeds(p);
  return study.scenarios.flatMap((scenario, index): ShortSchedules[] => {
    const ratePerSecond = rateOf(scenario.rate, capacityPerSecond);
    if (ratePerSecond === undefined) return [];
    if (arrivalOf(scenario.arrival).closed || scenario.disruption !== undefined) return [];
    const seeds = new Map(
      trials.filter((trial) => trial.scenario === scenario.name).map(({ block, seed }) => [block, seed]),
    );
    const counts = (durationSeconds: number) =>
      [...seeds].map(([block, seed]) => ({
        block,
        count: measuredRequests({ ...scenario, durationSeconds }, study, seed, ratePerSecond),
      }));
    const requests = counts(scenario.durationSeconds).filter(({ count }) => count < needed);
    if (requests.length === 0) return [];
    const enoughSeconds =
      longer(scenario.durationSeconds).find((seconds) =>
        counts(seconds).every(({ count }) => count >= needed),
      ) ?? null;
    const path = `scenarios[${index}].durationSeconds`;
    return [{ scenario: scenario.name, path, needed, requests, enoughSeconds }];
  });
}

/** One sentence for each scenario. */
export function shortSentences(study: StudySpec, short: readonly ShortSchedules[]): string[] {
  return short.map(({ scenario, needed, requests, enoughSeconds }) => {
    const least = Math.min(...requests.map(({ count }) => count));
    return (
      `Under ${scenario}, ${requests.length} of ${counted(study.blocks, "block")} will have too few requests for a ` +
      `${study.primary} (${needed} are needed, the least is ${least}) and drop out of its rows` +
      (enoughSeconds === null ? "." : `; ${enoughSeconds} s per trial are enough.`)
    );
  });
}

/** What is left of the blocks cannot reach the study's alpha: one problem for each such scenario. */
export function shortProblems(study: StudySpec, short: readonly ShortSchedules[]): Problem[] {
  const least = blocksNeeded(resolution(study).comparisons, study.alpha);
  return short
    .filter(({ requests }) => study.blocks - requests.length < least)
    .map(({ path, requests, enoughSeconds }) => ({
      path,
      expected: enoughSeconds === null ? "a longer duration or a higher rate" : `${enoughSeconds} or more`,
      got: `a length that leaves ${study.blocks - requests.length} of ${study.blocks} blocks; ${least} are needed`,
    }));
}

function measuredRequests(
  { arrival, durationSeconds }: ScenarioSpec,
  { warmupSeconds }: StudySpec,
  seed: number,
  ratePerSecond: number,
): number {
  const { offsetsMs } = materialise({
    arrival,
    ratePerSecond,
    durationSeconds: warmupSeconds + durationSeconds,
    seed,
    payloadCount: 1,
  });
  return offsetsMs.filter((ms) => ms >= warmupSeconds * 1000).length;
}

/** Steps of a fifth, whole seconds, up to ten times as long. */
export function longer(seconds: number): number[] {
  return Array.from({ length: 46 }, (_, step) => Math.ceil(seconds * (1 + (step + 1) / 5)));
}

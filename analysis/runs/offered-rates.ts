/**
 * The rates at which two runs of one study were driven. Where a rate is a share of the capacity, each run measured its own, once,
 * on one deployment: all its blocks share that measurement's error, and no number of blocks averages it out. The difference of
 * the rates is known, how much a metric answers to it is not, but has bounds:
 *
 *   d ln(response) / d ln(rate) <= 2 / (1 - rho)      twice what the mean and every quantile of M/M/1 have
 *   d ln(throughput) / d ln(rate) <= 1
 *
 *   rho  the higher of the rates over the lower of the capacities
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { metrics } from "../metrics/index.ts";
import type { Analysis } from "../schema/analysis-result.ts";
import type { ManifestFile } from "../schema/results-folder.ts";
import { saturates } from "../trial/saturation.ts";

export interface OfferedRates {
  readonly scenario: string;
  /** Requests per second; null where no trial tells. */
  readonly a: number | null;
  readonly b: number | null;
  readonly equal: boolean;
}

interface Driven {
  readonly analysis: Analysis;
  readonly manifest: ManifestFile;
}

/** Relative. */
const sameWithin = 1e-4;
/** Above this load the steady state is too far away to bound anything by it. */
const mostLoad = 0.95;

export function offeredRates(study: StudySpec, a: Driven, b: Driven): OfferedRates[] {
  return study.scenarios.map(({ name: scenario }) => {
    const [ofA, ofB] = [rateOf(a.analysis, scenario), rateOf(b.analysis, scenario)];
    // A closed loop that never rests goes as fast as it is answered.
    const equal =
      saturates(study, { scenario }) ||
      (ofA !== null && ofB !== null && Math.abs(Math.log(ofB / ofA)) <= sameWithin);
    return { scenario, a: ofA, b: ofB, equal };
  });
}

/**
 * How much of ln(B / A) the rates alone may account for, from least to most.
 * @returns null where there is no bound
 */
export function rateEffect(
  { a: ofA, b: ofB, equal }: OfferedRates,
  metric: string,
  kind: "effect" | "level",
  [a, b]: readonly [Driven, Driven],
): readonly [number, number] | null {
  if (equal) return [0, 0];
  if (ofA === null || ofB === null) return null;
  const most = elasticity(metric, Math.max(ofA, ofB), [a, b]);
  if (most === null) return null;
  const reach = most * Math.log(ofB / ofA);
  // Of a ratio either side may answer more to the rate than the other.
  if (kind === "effect") return [-Math.abs(reach), Math.abs(reach)];
  return reach < 0 ? [reach, 0] : [0, reach];
}

function elasticity(metric: string, rate: number, runs: readonly Driven[]): number | null {
  if (metric === "throughput") return 1;
  const known = (metrics as Readonly<Record<string, { readonly growsWithQueue: boolean }>>)[metric];
  // A share of requests in time falls from 1 to 0 within a few percent of the rate.
  if (known !== undefined && !known.growsWithQueue) return null;
  const capacities = runs.map(({ manifest }) => manifest.calibration?.capacityPerSecond);
  const load = rate / Math.min(...capacities.map((capacity) => capacity ?? 0));
  return load < mostLoad ? 2 / (1 - load) : null;
}

function rateOf({ trials }: Analysis, scenario: string): number | null {
  const rates = trials.flatMap((trial) =>
    trial.scenario === scenario && trial.status === "finished" ? [trial.ratePerSecond] : [],
  );
  return rates.length === 0 || rates.some((rate) => rate !== rates[0]) ? null : rates[0]!;
}

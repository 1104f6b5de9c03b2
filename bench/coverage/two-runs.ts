/**
 * Two runs of one study on one service, which nothing has changed between: deployments differ by 5 % in service time, and each
 * run's capacity is measured on one of them.
 */
import { compareRuns, type Run, type RunComparison } from "../../analysis/runs/compare-runs.ts";
import type { TrialResult } from "../../analysis/schema/trial.ts";
import { quantile, sorted } from "../../analysis/statistics/quantile.ts";
import { planFile } from "../../study/plan/plan.ts";
import { randomStream } from "../../workloads/random/random.ts";
import { studySpec } from "../../workloads/spec/spec.ts";
import type { Size } from "./claim.ts";
import { type Queue, responsesOf, runOf } from "./queues.ts";

const between = 0.05;
const serviceMs = 20;
/** Of the baseline's service time. */
const services = { base: 1, quick: 0.6 };
const requests = 100;

export const twoRunSizes = {
  small: "8 blocks, load .6",
  middle: "16 blocks, load .6",
  large: "16 blocks, loads .6 and .8",
} as const;
const designs: Readonly<Record<Size, { readonly blocks: number; readonly loads: readonly number[] }>> = {
  small: { blocks: 8, loads: [0.6] },
  middle: { blocks: 16, loads: [0.6] },
  large: { blocks: 16, loads: [0.6, 0.8] },
};

/** @param rates whether the second run takes the first one's, or measures a capacity of its own */
export function twoRuns(queue: Queue, size: Size, key: string, rates: "equal" | "own"): RunComparison {
  const capacities = ["a", "b"].map((name) => {
    const off = Math.exp(between * randomStream(`${key}/${name}`, "calibration").normal());
    return (off * queue.servers * 1000) / serviceMs;
  });
  const driven = rates === "equal" ? [capacities[0]!, capacities[0]!] : capacities;
  const [a, b] = ["a", "b"].map((name, index) =>
    runNamed(queue, size, `${key}/${name}`, { measured: capacities[index]!, driven: driven[index]! }),
  ) as [Run, Run];
  return compareRuns(a, b);
}

function runNamed(
  queue: Queue,
  size: Size,
  key: string,
  capacity: { readonly measured: number; readonly driven: number },
): Run {
  const { blocks, loads } = designs[size];
  const study = studySpec.parse({
    name: "two-runs",
    description: "",
    baseline: "base",
    variants: ["quick"],
    scenarios: loads.map((utilisation, index) => ({
      ...{ name: `s${index}`, description: "", arrival: { kind: "exponential" } },
      ...{ rate: { utilisation }, durationSeconds: 1, payload: "none" },
    })),
    ...{ blocks, slo: { responseMs: 100 }, primary: "p50", secondary: [], aa: false },
  });
  const plan = planFile(study, key, "");
  const trials = plan.trials.map(({ id, block, variant, arm, scenario }): TrialResult => {
    const load = loads[Number(scenario.slice(1))]!;
    const at = `${key}/${block}/${scenario}`;
    const deployment = randomStream(`${at}/${variant}`, "deployment");
    const slowness = services[variant as keyof typeof services] * Math.exp(between * deployment.normal());
    const ratePerSecond = load * capacity.driven;
    const run = runOf(queue, {
      requests,
      utilisation: (ratePerSecond * serviceMs * slowness) / 1000 / queue.servers,
      serviceMs: serviceMs * slowness,
      arrivals: randomStream(at, "arrivals"),
      services: randomStream(`${at}/${variant}`, "services"),
      burnIn: 200,
    });
    const value = quantile(sorted(responsesOf(run)), 0.5);
    return {
      ...{ id, block, variant, arm, scenario, ratePerSecond },
      ...{ status: "finished", error: "", valid: true, saturated: false, findings: [], gates: [] },
      ...{ window: null, generator: null, servers: [] },
      counts: { offered: requests, ok: requests, late: 0, failed: 0, byOutcome: {} },
      metrics: { p50: { value, unit: "ms", n: requests, why: "" } },
    };
  });
  const calibration = {
    ...{ variant: "base", capacityPerSecond: capacity.measured, connections: 4, seconds: 10, n: 100 },
  };
  const machine = { os: "", kernel: "", cpu: "", cores: 1, memoryBytes: 1, node: "" };
  // Of analysis and manifest, what the comparison reads.
  return {
    plan,
    analysis: { trials, findings: [] } as unknown as Run["analysis"],
    manifest: { calibration, machine } as unknown as Run["manifest"],
  };
}

export interface PairSeen {
  /** A row called worse or better. */
  readonly alarm: boolean;
  /** Rows, and those whose interval holds that nothing has changed. */
  readonly rows: number;
  readonly held: number;
}

let seen: { readonly key: string; readonly pairs: PairSeen[] } = { key: "", pairs: [] };

/** The first `runs` pairs; claims on the same pairs, asked for one after the other, share them. */
export function pairsSeen(
  queue: Queue,
  size: Size,
  runs: number,
  rates: "equal" | "own",
): readonly PairSeen[] {
  const key = `${queue.name}/${size}/${rates}`;
  if (seen.key !== key) seen = { key, pairs: [] };
  for (let run = seen.pairs.length; run < runs; run++) {
    const { rows } = twoRuns(queue, size, `${rates}/${run}`, rates);
    seen.pairs.push({
      alarm: rows.some(({ verdict }) => verdict === "worse" || verdict === "better"),
      rows: rows.length,
      held: rows.filter(({ ratio }) => ratio !== null && ratio.low <= 1 && 1 <= ratio.high).length,
    });
  }
  return seen.pairs.slice(0, runs);
}

/** Share of pairs of runs with a row called worse or better. */
export function alarms(queue: Queue, size: Size, runs: number, rates: "equal" | "own"): number {
  return pairsSeen(queue, size, runs, rates).filter(({ alarm }) => alarm).length / runs;
}

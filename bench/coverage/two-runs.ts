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
import type { Runs, Size } from "./claim.ts";
import { judged, machineDuring, speedsIn, spellIn } from "./machine-spell.ts";
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

/** Whether the second run takes the first one's rates, or those of a capacity that it measured itself; and how the machine fared. */
export interface TwoRuns {
  readonly rates: "equal" | "own";
  /** The second run's machine is slow for a while, and its trials are judged by the probe of the machine, or are not. */
  readonly spell?: "judged" | "not judged";
}

export function twoRuns(queue: Queue, size: Size, key: string, { rates, spell }: TwoRuns): RunComparison {
  const capacities = ["a", "b"].map((name) => {
    const off = Math.exp(between * randomStream(`${key}/${name}`, "calibration").normal());
    return (off * queue.servers * 1000) / serviceMs;
  });
  const driven = rates === "equal" ? [capacities[0]!, capacities[0]!] : capacities;
  const [a, b] = ["a", "b"].map((name, index) =>
    runNamed(queue, size, `${key}/${name}`, {
      measured: capacities[index]!,
      driven: driven[index]!,
      spell: index === 1 ? spell : undefined,
    }),
  ) as [Run, Run];
  return compareRuns(a, b);
}

function runNamed(
  queue: Queue,
  size: Size,
  key: string,
  {
    measured,
    driven,
    spell: slow,
  }: { readonly measured: number; readonly driven: number; readonly spell: TwoRuns["spell"] },
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
  const random = randomStream(key, "machine");
  const spell = slow === undefined ? undefined : spellIn(plan.trials.length, random);
  const trials = plan.trials.map(({ id, block, variant, arm, scenario }, place): TrialResult => {
    const load = loads[Number(scenario.slice(1))]!;
    const at = `${key}/${block}/${scenario}`;
    const deployment = randomStream(`${at}/${variant}`, "deployment");
    const slowness = services[variant as keyof typeof services] * Math.exp(between * deployment.normal());
    const speeds = spell === undefined ? ([1, 1] as const) : speedsIn(spell, place);
    const ratePerSecond = load * driven;
    const arrivals = randomStream(at, "arrivals");
    const drawn = randomStream(`${at}/${variant}`, "services");
    /** A part of the trial at one speed of the machine; where it is overloaded, its queue begins with it. */
    const part = (count: number, speed: number) => {
      const utilisation = (ratePerSecond * serviceMs * slowness) / speed / 1000 / queue.servers;
      const own = { requests: count, utilisation, serviceMs: (serviceMs * slowness) / speed };
      return responsesOf(
        runOf(queue, { ...own, arrivals, services: drawn, burnIn: utilisation < 1 ? 200 : 0 }),
      );
    };
    const times =
      speeds[0] === speeds[1]
        ? part(requests, speeds[0])
        : Float64Array.from(speeds.flatMap((speed) => [...part(requests / 2, speed)]));
    const value = quantile(sorted(times), 0.5);
    return {
      ...{ id, block, variant, arm, scenario, ratePerSecond },
      ...{ status: "finished", error: "", valid: true, saturated: false, findings: [], gates: [] },
      ...{ window: null, generator: null, servers: [] },
      ...(spell === undefined ? {} : { machine: machineDuring(speeds, random) }),
      counts: { offered: requests, ok: requests, late: 0, failed: 0, byOutcome: {} },
      metrics: { p50: { value, unit: "ms", n: requests, why: "" } },
    };
  });
  const calibration = {
    ...{ variant: "base", capacityPerSecond: measured, connections: 4, seconds: 10, n: 100 },
  };
  const machine = { os: "", kernel: "", cpu: "", cores: 1, memoryBytes: 1, node: "" };
  // Of analysis and manifest, what the comparison reads.
  return {
    plan,
    analysis: {
      trials: slow === "judged" ? judged(trials, study) : trials,
      findings: [],
    } as unknown as Run["analysis"],
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

/** Pairs of runs; claims on the same pairs, asked for one after the other, share them. */
export function pairsSeen(queue: Queue, size: Size, { runs, first }: Runs, of: TwoRuns): readonly PairSeen[] {
  const name = `${of.rates}${of.spell === undefined ? "" : `/${of.spell}`}`;
  const key = `${queue.name}/${size}/${name}`;
  if (seen.key !== key) seen = { key, pairs: [] };
  for (let run = seen.pairs.length; run < first + runs; run++) {
    const { rows } = twoRuns(queue, size, `${name}/${run}`, of);
    seen.pairs.push({
      alarm: rows.some(({ verdict }) => verdict === "worse" || verdict === "better"),
      rows: rows.length,
      held: rows.filter(({ ratio }) => ratio !== null && ratio.low <= 1 && 1 <= ratio.high).length,
    });
  }
  return seen.pairs.slice(first, first + runs);
}

/** Share of pairs of runs with a row called worse or better. */
export function alarms(queue: Queue, size: Size, runs: Runs, of: TwoRuns): number {
  return pairsSeen(queue, size, runs, of).filter(({ alarm }) => alarm).length / runs.runs;
}

/**
 * The analysis proves itself: whole studies are simulated, with deployments that differ and queues whose requests are
 * correlated, and judged by the code that judges real ones. Known: the effect. Counted: how often the interval holds it, how
 * often nothing is called something, how often an effect of the size that the planner promises is seen, and, as the
 * contrast, how often the naive request-level test calls the same nothing something.
 *
 *   npm run bench:coverage -- power
 */

import { pool } from "../../analysis/cells/cells.ts";
import { type ComparisonRequest, compareAll } from "../../analysis/compare/compare.ts";
import type { Arm } from "../../analysis/compare/pairs.ts";
import { traceOf } from "../../analysis/input/trial-samples.ts";
import { metrics } from "../../analysis/metrics/index.ts";
import { smallestDetectable } from "../../analysis/plan/detectable.ts";
import type { Comparison } from "../../analysis/schema/comparison.ts";
import type { TrialResult } from "../../analysis/schema/trial.ts";
import { mean, standardDeviation } from "../../analysis/statistics/moments.ts";
import { type Window, windowOf } from "../../analysis/trial/window.ts";
import { randomStream } from "../../workloads/random/random.ts";
import type { ArrivalSpec } from "../../workloads/spec/spec.ts";
import { simulateQueue } from "../queue.ts";
import { validTrial } from "../trial-result.ts";

export interface StudyShape {
  readonly name: string;
  readonly arrival: ArrivalSpec;
  readonly utilisation: number;
  /** Per trial. */
  readonly requests: number;
  readonly serviceCv: number;
  /** Standard deviation of the log service time between deployments. */
  readonly between: number;
  readonly blocks: number;
}

export interface Coverage {
  readonly studies: number;
  /** Of the Walsh interval, as the studies state it and as it turned out. */
  readonly level: number;
  readonly covered: number;
  /** Share of A/A comparisons called faster or slower: by the study's rule, and by pooled requests at the same alpha. */
  readonly falseAlarms: number;
  readonly naiveFalseAlarms: number;
  /** Share of studies that show an effect of the planned size in a family of six. */
  readonly power: number;
  readonly detectable: number;
}

const alpha = 0.05;
const study = { alpha, equivalence: 0.05 };
const family = 6;
/** Treatment's service time over the baseline's. */
const effect = 0.8;

export function coverage(shape: StudyShape, studies: number): Coverage {
  const truth = trueLogRatio(shape, Math.max(2000, 10 * studies));
  const { detectable, service: planned } = plan(shape, Math.max(400, 2 * studies));
  let covered = 0;
  let falseAlarms = 0;
  let naive = 0;
  let shown = 0;
  let level = 0;
  for (let seed = 0; seed < studies; seed++) {
    const base = arm(shape, 1, `${seed}/base`, seed);
    const [row] = compareAll([request("secondary", base, arm(shape, effect, `${seed}/quick`, seed))], study);
    level = row!.ratio!.level;
    if (Math.log(row!.ratio!.low) <= truth && truth <= Math.log(row!.ratio!.high)) covered++;
    const [aa] = compareAll([request("aa", base, arm(shape, 1, `${seed}/aa`, seed))], study);
    if (isAlarm(aa!)) falseAlarms++;
    if (aa!.naive!.mannWhitneyP <= alpha) naive++;
    const treatment = arm(shape, planned, `${seed}/planned`, seed);
    const rows = compareAll(
      Array.from({ length: family }, (_, index) => request("primary", base, index === 0 ? treatment : base)),
      study,
    );
    if (isAlarm(rows[0]!)) shown++;
  }
  return {
    studies,
    level,
    covered: covered / studies,
    falseAlarms: falseAlarms / studies,
    naiveFalseAlarms: naive / studies,
    power: shown / studies,
    detectable,
  };
}

/** By brute force over fresh blocks: what the studies estimate, queueing included. */
function trueLogRatio(shape: StudyShape, blocks: number): number {
  return mean(logRatios(shape, effect, blocks, "truth"));
}

/**
 * The effect that the planner promises, and the service time that makes it. The planner takes the spread of the same
 * comparison in an earlier run, and the spread depends on the effect: a slower queue magnifies the bursts that both arms
 * share, a faster one damps them. So the earlier run is one with the effect in question, found in three steps.
 */
function plan(shape: StudyShape, blocks: number): { detectable: number; service: number } {
  let found = { detectable: 1, service: 1 };
  for (let step = 0; step < 3; step++) {
    const sd = standardDeviation(logRatios(shape, found.service, blocks, "spread"));
    const detectable = smallestDetectable(sd, { blocks: shape.blocks, comparisons: family, alpha })!;
    found = { detectable, service: serviceFor(shape, -Math.log(detectable), blocks) };
  }
  return found;
}

/**
 * The service time, as a share, at which the log ratio of p50 is this: nearer to 1 than the ratio, since the queue shrinks
 * too. By the secant on logarithms; all trials are on the same seeds, so the curve is smooth.
 */
function serviceFor(shape: StudyShape, logRatio: number, blocks: number): number {
  const at = (service: number) => ({
    log: Math.log(service),
    miss: mean(logRatios(shape, service, blocks, "planned")) - logRatio,
  });
  let [before, now] = [at(1), at(Math.exp(logRatio / 1.7))];
  for (let step = 0; step < 3 && now.miss !== before.miss; step++) {
    const log = now.log - (now.miss * (now.log - before.log)) / (now.miss - before.miss);
    [before, now] = [now, at(Math.exp(Math.min(0, log)))];
  }
  return Math.exp(now.log);
}

function logRatios(shape: StudyShape, service: number, blocks: number, stream: string): number[] {
  return Array.from({ length: blocks }, (_, block) => {
    const seed = 1_000_000 + block;
    const [base, other] = [
      trial(shape, 1, `${stream}/${block}/base`, seed),
      trial(shape, service, `${stream}/${block}/other`, seed),
    ];
    return Math.log(p50(other) / p50(base));
  });
}

function arm(shape: StudyShape, service: number, key: string, study: number): Arm {
  const windows = Array.from({ length: shape.blocks }, (_, block) =>
    trial(shape, service, `${key}/${block}`, 1000 * study + block),
  );
  return {
    label: key,
    trials: windows.map((window, block) => resultOf(window, block)),
    pooled: pool(windows.map(({ responseMs }) => responseMs)),
  };
}

/** One deployment under one schedule: the arrivals are shared by all arms of a block, the service is not. */
function trial(shape: StudyShape, service: number, key: string, arrivalSeed: number): Window {
  const random = randomStream(key, "deployment");
  const slowness = service * Math.exp(shape.between * random.normal());
  const { schedule, samples } = simulateQueue({
    ...shape,
    utilisation: shape.utilisation * slowness,
    serviceMs: 100 * slowness,
    seed: arrivalSeed,
    serviceSeed: random.bits(),
  });
  return windowOf(traceOf(samples), 0, schedule.durationSeconds * 1000, 1e9);
}

function request(role: ComparisonRequest["role"], baseline: Arm, treatment: Arm): ComparisonRequest {
  return { scenario: treatment.label, metric: metrics.p50, role, baseline, treatment };
}

function resultOf(window: Window, block: number): TrialResult {
  return validTrial({
    block,
    ratePerSecond: window.offered / window.seconds,
    window: { fromMs: window.fromMs, toMs: window.toMs, cutBy: "" },
    counts: { offered: window.offered, ok: window.ok, late: 0, failed: 0, byOutcome: {} },
    metrics: { p50: metrics.p50.measure(window), goodput: metrics.goodput.measure(window) },
  });
}

function isAlarm({ verdict }: Comparison): boolean {
  return verdict === "faster" || verdict === "slower";
}

function p50(window: Window): number {
  return metrics.p50.measure(window).value!;
}

export const shapes: readonly StudyShape[] = [
  {
    name: "Poisson, load .6, 8 blocks of 60 requests",
    arrival: { kind: "exponential" },
    utilisation: 0.6,
    requests: 60,
    serviceCv: 0.4,
    between: 0.05,
    blocks: 8,
  },
  {
    name: "Poisson, load .6, 10 blocks of 200 requests",
    arrival: { kind: "exponential" },
    utilisation: 0.6,
    requests: 200,
    serviceCv: 0.4,
    between: 0.05,
    blocks: 10,
  },
  {
    name: "bursts of cv 2, load .6, 10 blocks of 200 requests",
    arrival: { kind: "gamma", cv: 2 },
    utilisation: 0.6,
    requests: 200,
    serviceCv: 0.4,
    between: 0.05,
    blocks: 10,
  },
  {
    name: "bursts of cv 2, load .6, 12 blocks of 100 requests",
    arrival: { kind: "gamma", cv: 2 },
    utilisation: 0.6,
    requests: 100,
    serviceCv: 0.4,
    between: 0.02,
    blocks: 12,
  },
];

export function printPower(studies: number): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  for (const shape of shapes) {
    const found = coverage(shape, studies);
    const error = 1.96 * Math.sqrt((0.05 * 0.95) / studies);
    console.log(
      [
        shape.name,
        `  interval holds the truth: ${percent(found.covered)} (stated ${percent(found.level)}; +- ${percent(error)}, ${studies} studies)`,
        `  A/A false alarms: ${percent(found.falseAlarms)} (alpha 5 %); pooled Mann-Whitney on the same requests: ${percent(found.naiveFalseAlarms)}`,
        `  power at the planner's ${found.detectable.toFixed(3)}x: ${percent(found.power)} (promised 80 %)`,
      ].join("\n"),
    );
  }
}

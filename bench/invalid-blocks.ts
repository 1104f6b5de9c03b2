/**
 * What lateness, a machine that changes its speed, the gates on both and spare blocks do to verdicts: whole studies are
 * simulated and judged by the code that judges real ones. Three arms (the baseline, itself once more, and a service of a sixth
 * of its time) run in random order on a machine that others have for a while now and then, and that is slow for the rest of
 * some studies.
 *
 *   npm run bench:invalid-blocks
 */
import { pool } from "../analysis/cells/cells.ts";
import { type ComparisonRequest, compareAll } from "../analysis/compare/compare.ts";
import { measuredOnTime, sendsOf } from "../analysis/compare/on-time-metrics.ts";
import type { Arm } from "../analysis/compare/pairs.ts";
import type { MachineReading } from "../analysis/gates/machine.ts";
import { judgeTogether } from "../analysis/gates/run-gates.ts";
import { gateFindings } from "../analysis/gates/validity.ts";
import { traceOf } from "../analysis/input/trial-samples.ts";
import { metrics } from "../analysis/metrics/index.ts";
import { isSpare, sparesDue } from "../analysis/plan/spare-blocks.ts";
import type { Comparison } from "../analysis/schema/comparison.ts";
import type { PlannedTrial } from "../analysis/schema/results-folder.ts";
import type { TrialResult } from "../analysis/schema/trial.ts";
import { mean } from "../analysis/statistics/moments.ts";
import { windowOf } from "../analysis/trial/window.ts";
import { planFile } from "../study/plan/plan.ts";
import { type Random, randomStream } from "../workloads/random/random.ts";
import { type StudySpec, studySpec } from "../workloads/spec/spec.ts";
import { inOrder } from "./lateness.ts";
import { simulateQueue } from "./queue.ts";

export interface Spoiling {
  /** Share of the time in which others have a part of the machine, in spells that a trial in two outlasts. */
  readonly busyShare: number;
  /** Share of the studies whose machine is slower from some trial on, for a third of the run. */
  readonly slowSpells: number;
}

export interface Verdicts {
  readonly studies: number;
  /** A/A comparisons called faster or slower. */
  readonly falseAlarms: number;
  /** Studies in which six effects of 6x have their six verdicts: by eight blocks alone, and with the spare ones. */
  readonly decidedByEight: number;
  readonly decided: number;
  /** Mean number of trials that fail a gate, of the first eight blocks, and of spare blocks that are run. */
  readonly spoilt: number;
  readonly spares: number;
  /** Mean ln(estimate) less the truth: the same services on a quiet machine, with nobody late and nothing left out. */
  readonly bias: number;
  /** The same of an analysis that knows neither gates nor spare blocks. */
  readonly ungatedBias: number;
}

/** As simulated; in `machine` a quiet one of this speed is 1. */
interface World {
  readonly study: StudySpec;
  readonly random: Random;
  readonly key: string;
  busy: boolean;
  /** Trials that may still wait for a quiet machine. */
  waits: number;
  at: number;
  readonly slowFrom: number;
  readonly slowUntil: number;
}

const baseMs = 120;
const effect = 1 / 6;
const requests = 48;
/** A tenth of the time of a study, in spells of the length of a trial or two. */
const mostWaits = 3;

const spec = studySpec.parse({
  name: "spoilt",
  description: "",
  baseline: "base",
  variants: ["fast"],
  scenarios: [
    {
      name: "steady",
      description: "",
      arrival: { kind: "exponential" },
      rate: { utilisation: 0.6 },
      durationSeconds: 8,
      payload: "none",
    },
  ],
  blocks: 8,
  spareBlocks: 4,
  slo: { responseMs: 500 },
});

export function verdictsUnder(spoiling: Spoiling, studies: number): Verdicts {
  const seen = { falseAlarms: 0, decidedByEight: 0, decided: 0, spoilt: 0, spares: 0 };
  const gated: number[] = [];
  const ungated: number[] = [];
  const truth = trueLogRatio();
  for (let seed = 0; seed < studies; seed++) {
    const { trials, all } = run(seed, spoiling);
    const eight = trials.filter((trial) => !isSpare(trial, spec));
    const [aa] = compareAll([request("aa", trials)], spec);
    if (isAlarm(aa!)) seen.falseAlarms++;
    const six = (of: TrialResult[]) =>
      compareAll(
        Array.from({ length: 6 }, () => request("primary", of)),
        spec,
      );
    if (six(eight).every(isAlarm)) seen.decidedByEight++;
    const rows = six(trials);
    if (rows.every(isAlarm)) seen.decided++;
    seen.spoilt += eight.filter(({ valid }) => !valid).length;
    seen.spares += new Set(trials.filter((trial) => isSpare(trial, spec)).map(({ block }) => block)).size;
    const [naive] = compareAll([request("secondary", all)], spec);
    if (rows[0]!.ratio !== null) gated.push(Math.log(rows[0]!.ratio.value) - truth);
    ungated.push(Math.log(naive!.ratio!.value) - truth);
  }
  return {
    studies,
    falseAlarms: seen.falseAlarms / studies,
    decidedByEight: seen.decidedByEight / studies,
    decided: seen.decided / studies,
    spoilt: seen.spoilt / studies,
    spares: seen.spares / studies,
    bias: mean(gated),
    ungatedBias: mean(ungated),
  };
}

const quiet = { busyShare: 0, slowSpells: 0 };
let known: number | undefined;

/** Mean over the blocks of many studies. */
function trueLogRatio(): number {
  known ??= mean(
    Array.from({ length: 60 }, (_, study) => {
      const { punctual } = run(1_000_000 + study, quiet);
      return Math.log(compareAll([request("secondary", punctual)], spec)[0]!.ratio!.value);
    }),
  );
  return known;
}

/** All trials that a study has in the end, judged; those of its eight blocks as if there were no gate; and with nobody late. */
function run(seed: number, { busyShare, slowSpells }: Spoiling) {
  const { trials: planned } = planFile({ ...spec, seed }, "simulated", "2026-01-01T00:00:00Z");
  const random = randomStream(seed, "machine");
  const slow = random.uniform() < slowSpells;
  const slowFrom = slow ? Math.floor(24 * random.uniform()) : Number.POSITIVE_INFINITY;
  const world: World = {
    ...{
      study: spec,
      random,
      key: String(seed),
      busy: random.uniform() < busyShare,
      waits: mostWaits,
      at: 0,
    },
    ...{ slowFrom, slowUntil: slowFrom + 8 },
  };
  const own = planned.filter((trial) => !isSpare(trial, spec));
  const spares = planned.filter((trial) => isSpare(trial, spec));
  const runs = own.map((trial) => oneTrial(world, trial, busyShare));
  let trials = judged(runs.map(({ late }) => late));
  for (;;) {
    const due = sparesDue(spec, spares, { trials, recovery: null });
    if (due.length === 0) break;
    runs.push(...due.map((trial) => oneTrial(world, trial, busyShare)));
    trials = judged(runs.map(({ late }) => late));
  }
  const eight = runs.slice(0, own.length);
  return { trials, all: eight.map(({ late }) => late), punctual: eight.map(({ punctual }) => punctual) };
}

function judged(trials: readonly TrialResult[]): TrialResult[] {
  const gates = judgeTogether(trials, spec);
  return trials.map((trial) => {
    const findings = gateFindings(gates.get(trial.id) ?? [], true);
    return { ...trial, gates: gates.get(trial.id) ?? [], findings, valid: findings.length === 0 };
  });
}

function oneTrial(world: World, planned: PlannedTrial, busyShare: number) {
  const { random, key } = world;
  // As a run does by default: a trial waits for a spell to end, as often as the budget allows.
  if (world.busy && world.waits > 0) {
    world.busy = false;
    world.waits--;
  }
  const before = readingOf(world);
  const speed = speedOf(world);
  // A spell ends with this trial as often as not, and begins as often as its share of the time asks.
  const ends = world.busy ? 0.5 : (0.5 * busyShare) / (1 - busyShare);
  if (random.uniform() < ends) world.busy = !world.busy;
  world.at++;
  const deployed = Math.exp(0.03 * random.normal());
  const share = (planned.variant === "fast" ? effect : 1) * (deployed / speed);
  const queue = {
    arrival: { kind: "exponential" },
    utilisation: 0.6 * share,
    serviceMs: baseMs * share,
    ...{ requests, seed: planned.seed, serviceSeed: random.bits(), serviceCv: 0.3 },
  } as const;
  const exact = simulateQueue(queue);
  const lateShare = speed < 1 ? 0.06 : 0.01;
  const lateMs = inOrder(exact.schedule.offsetsMs, `${key}/${planned.id}`, lateShare);
  const readings = { deployed: before, before, after: readingOf(world) };
  return {
    late: resultOf(planned, simulateQueue({ ...queue, lateMs }), readings),
    punctual: resultOf(planned, exact, readings),
  };
}

function speedOf({ busy, at, slowFrom, slowUntil }: World): number {
  return (busy ? 0.6 : 1) * (at >= slowFrom && at < slowUntil ? 0.25 : 1);
}

function readingOf(world: World): MachineReading {
  const speed = speedOf(world);
  const noise = () => Math.exp(0.05 * world.random.normal());
  return { arithmetic: 400 * noise(), memory: 10 * speed * noise(), wakeMs: 0.3 * noise() };
}

function resultOf(
  { id, block, variant, arm, scenario }: PlannedTrial,
  { schedule, samples }: ReturnType<typeof simulateQueue>,
  readings: Omit<NonNullable<TrialResult["machine"]>, "startedAt">,
): TrialResult {
  const window = windowOf(traceOf(samples), 0, schedule.durationSeconds * 1000, 1e9, 1);
  return {
    ...{ id, block, variant, arm, scenario, status: "finished", error: "", valid: true, saturated: false },
    ...{ findings: [], gates: [], ratePerSecond: schedule.ratePerSecond, window: null },
    counts: { offered: window.offered, ok: window.ok, late: 0, failed: 0, byOutcome: {} },
    metrics: {
      p50: measuredOnTime(metrics.p50, window, false),
      goodput: measuredOnTime(metrics.goodput, window, false),
    },
    ...{ generator: null, servers: [], sends: sendsOf(metrics.p50, window) },
    machine: { ...readings, startedAt: "2026-01-01T00:00:00Z" },
  };
}

function request(role: ComparisonRequest["role"], trials: readonly TrialResult[]): ComparisonRequest {
  const arm = (variant: string, of: TrialResult["arm"]): Arm => ({
    label: variant,
    trials: trials.filter((trial) => trial.variant === variant && trial.arm === of),
    pooled: pool([]),
  });
  return {
    ...{ scenario: "steady", metric: metrics.p50, role, baseline: arm("base", "main") },
    treatment: role === "aa" ? arm("base", "aa") : arm("fast", "main"),
  };
}

function isAlarm({ verdict }: Comparison): boolean {
  return verdict === "faster" || verdict === "slower";
}

export const machines: Readonly<Record<string, Spoiling>> = {
  "a quiet machine": { busyShare: 0, slowSpells: 0 },
  "others use a part of it for a sixth of the time": { busyShare: 1 / 6, slowSpells: 0 },
  "for a third of the time": { busyShare: 1 / 3, slowSpells: 0 },
  "a sixth of the time, and a third of the run at a quarter of the speed in one study of two": {
    busyShare: 1 / 6,
    slowSpells: 0.5,
  },
};

if (process.argv[1] === import.meta.filename) {
  const studies = Number(process.argv[2] ?? 1000);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(
    "| machine | invalid trials of 24 | spare blocks | all six verdicts with eight blocks | with spare blocks | A/A alarms | bias | bias without gates |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const [name, spoiling] of Object.entries(machines)) {
    const { spoilt, spares, decidedByEight, decided, falseAlarms, bias, ungatedBias } = verdictsUnder(
      spoiling,
      studies,
    );
    const cells = [name, spoilt.toFixed(1), spares.toFixed(2), percent(decidedByEight), percent(decided)];
    console.log(`| ${[...cells, percent(falseAlarms), percent(bias), percent(ungatedBias)].join(" | ")} |`);
  }
}

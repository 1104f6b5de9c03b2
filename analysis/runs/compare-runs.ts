/**
 * Two runs of one study, on another machine or another commit: what agrees and what does not. Two kinds of rows, each on
 * the primary metric:
 *
 *   effect   treatment / baseline of run B against that of run A: comparable between any two machines
 *   level    a variant's own value in B against A: a regression gate, where both runs are of one machine
 *
 * Runs are independent, so each row is a two-sample permutation test on logs over blocks, and Holm's adjustment over the
 * tested rows holds the chance of any false alarm in the whole comparison to alpha. Where the runs were driven at different
 * rates, p is the largest over all that the rates may account for, and the interval is as much wider (offered-rates.ts).
 *
 * A gate fails closed: what failed is the worst value (block-badness.ts), and a row that cannot be judged is `not comparable`.
 */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { differences } from "../../files/json-differences.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { sparesDueCode } from "../cells/study-findings.ts";
import { comparedMetrics } from "../compare/estimands.ts";
import type { Estimate } from "../figures/figures.ts";
import { counted, percent } from "../figures/format.ts";
import { type MachineSpeed, speedOf } from "../gates/machine.ts";
import { planComplete } from "../plan/plan-complete.ts";
import type { Analysis } from "../schema/analysis-result.ts";
import type { ManifestFile, PlanFile } from "../schema/results-folder.ts";
import { holm } from "../statistics/holm.ts";
import { mean } from "../statistics/moments.ts";
import { permutationP, smallestPermutationP } from "../statistics/permutation.ts";
import { exponentiated } from "../statistics/student.ts";
import { welchInterval } from "../statistics/welch.ts";
import { type Badness, effectBadness, levelBadness, type Measured } from "./block-badness.ts";
import { type OfferedRates, offeredRates, rateEffect } from "./offered-rates.ts";
import { rowSentence } from "./run-sentence.ts";

export interface Run {
  readonly analysis: Analysis;
  readonly plan: PlanFile;
  readonly manifest: ManifestFile;
}

export interface RunRow {
  readonly kind: "effect" | "level";
  readonly scenario: string;
  readonly variant: string;
  readonly metric: string;
  /** Values over blocks: ratios for an effect, the metric for a level. Null for the worst: failed, or without a value. */
  readonly a: readonly (number | null)[];
  readonly b: readonly (number | null)[];
  /**
   * B / A, geometric means with Welch's interval on logs, widened by what different rates may account for; null where a
   * block has the worst value, and for fewer than two blocks on a side.
   */
  readonly ratio: Estimate | null;
  readonly pHolm: number | null;
  /**
   * `agrees`: the interval lies within the equivalence band. `open`: neither shown. `not comparable`: nothing can be said,
   * for the reason in `why`.
   */
  readonly verdict: "better" | "worse" | "agrees" | "open" | "not comparable";
  readonly why: string;
  readonly sentence: string;
}

export interface RunComparison {
  readonly rows: readonly RunRow[];
  readonly sameMachine: boolean;
  /** Speed of the machine in B over A; null for two machines, or where it was not probed in both runs. */
  readonly speed: MachineSpeed | null;
  readonly rates: readonly OfferedRates[];
  /** Rows that are worse in B: a regression. */
  readonly worse: number;
  /** Rows that nothing can be said of. */
  readonly notComparable: number;
  /** What is wrong with A or B as a whole: trials that were not run. Empty where both are complete. */
  readonly unfinished: readonly string[];
  /** Blocks of each run with which every row can be worse or better at this alpha. */
  readonly blocksNeeded: number;
  readonly falseAlarmRate: string;
}

interface Tested extends Pick<RunRow, "kind" | "scenario" | "variant" | "metric"> {
  readonly smallerIsBetter: boolean;
  readonly a: Badness;
  readonly b: Badness;
  /** What the rates alone may make of ln(B / A); null where there is no bound. */
  readonly rates: readonly [number, number] | null;
  readonly p: number | null;
}

/** @throws TestbedError (badInput) where the two are not runs of one study */
export function compareRuns(a: Run, b: Run): RunComparison {
  const { study } = a.plan;
  const rates = offeredRates(study, a, b);
  checkSameStudy(a.plan, b.plan, rates);
  const sameMachine = differences(machineOf(a.manifest), machineOf(b.manifest)).length === 0;
  const speed = sameMachine ? speedOf(a.analysis.trials, b.analysis.trials) : null;
  const tested = [
    ...questions(study, [...study.variants]).map((one) => test("effect", one, a, b, rates)),
    ...(sameMachine && speed?.differs !== true
      ? questions(study, [study.baseline, ...study.variants]).map((one) => test("level", one, a, b, rates))
      : []),
  ];
  const unfinished = [a, b].flatMap((run, index) => {
    const done = run.analysis.trials.filter(({ status }) => status === "finished" || status === "failed");
    const due = run.analysis.findings.some(({ code }) => code === sparesDueCode);
    return planComplete(run.plan, run.analysis.trials) && !due
      ? []
      : [`${"AB"[index]} is not complete (${done.length} of ${counted(run.plan.trials.length, "trial")})`];
  });
  const adjusted = holm(tested.map(({ p }) => p));
  const rows = tested.map((row, index) =>
    judged(row, unfinished.length > 0 ? null : adjusted[index]!, {
      study,
      family: tested.length,
      unfinished,
    }),
  );
  return {
    rows,
    sameMachine,
    speed,
    rates,
    worse: rows.filter(({ verdict }) => verdict === "worse").length,
    notComparable: rows.filter(({ verdict }) => verdict === "not comparable").length,
    unfinished,
    blocksNeeded: blocksNeeded(tested.length, study.alpha),
    falseAlarmRate:
      `two runs without a difference raise any alarm with probability at most ${percent(study.alpha)}, and call anything ` +
      `worse with at most half of that (Holm over ${counted(tested.length, "row")}, exact two-sample permutation tests)`,
  };
}

function blocksNeeded(family: number, alpha: number): number {
  let blocks = 2;
  while (smallestPermutationP(blocks, blocks) * family > alpha) blocks++;
  return blocks;
}

/**
 * What must be equal for the two to have asked the same: all of the study but its replicates and seed. A rate may be written
 * as a share in one and as a number in the other (`--rates-of`), where both were driven at the same.
 */
function checkSameStudy(a: PlanFile, b: PlanFile, rates: readonly OfferedRates[]): void {
  const asked = ({ study }: PlanFile) => {
    const { blocks: _, spareBlocks: _____, seed: __, aa: ___, description: ____, scenarios, ...rest } = study;
    const isEqual = (name: string) => rates.some(({ scenario, equal }) => scenario === name && equal);
    return {
      ...rest,
      scenarios: scenarios.map(({ rate, ...one }) => (isEqual(one.name) ? one : { ...one, rate })),
    };
  };
  const problems: Problem[] = differences(asked(a), asked(b)).map((problem) => ({
    ...problem,
    path: `plan.json#/study${problem.path}`,
  }));
  if (problems.length > 0) {
    throw new TestbedError("badInput", "the two folders are not runs of one study", {
      problems,
      hint: "Only the number of blocks, spare ones too, the seed and the A/A arm may differ.",
    });
  }
}

function machineOf({ machine: { cpu, cores, memoryBytes, os } }: ManifestFile) {
  return { cpu, cores, memoryBytes, os };
}

type Asked = Pick<RunRow, "scenario" | "variant"> & Measured;

function questions(study: StudySpec, variants: readonly string[]): Asked[] {
  return study.scenarios.flatMap(({ name: scenario }) => {
    const { name: metric, smallerIsBetter } = comparedMetrics(study, scenario).primary;
    return variants.map((variant) => ({ scenario, variant, metric, smallerIsBetter }));
  });
}

function test(kind: RunRow["kind"], asked: Asked, a: Run, b: Run, allRates: readonly OfferedRates[]): Tested {
  const badness = ({ analysis, plan }: Run) =>
    kind === "level"
      ? levelBadness(analysis, asked, asked)
      : effectBadness(analysis, plan.study, asked, asked);
  const [ofA, ofB] = [badness(a), badness(b)];
  const offered = allRates.find(({ scenario }) => scenario === asked.scenario)!;
  const rates = rateEffect(offered, asked.metric, kind, [a, b]);
  const enough = ofA.values.length > 1 && ofB.values.length > 1 && rates !== null;
  const sign = asked.smallerIsBetter ? 1 : -1;
  return {
    kind,
    ...asked,
    a: ofA,
    b: ofB,
    rates,
    p: enough ? largestP(ofA.values, ofB.values, [sign * rates[0], sign * rates[1]]) : null,
  };
}

/** Over every shift of B that the rates may account for: p falls with the distance of the means. */
function largestP(a: readonly number[], b: readonly number[], ends: readonly [number, number]): number {
  const shifted = (by: number) => b.map((value) => value - by);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const [least, most] = [signOf(a, shifted(high)), signOf(a, shifted(low))];
  // Some shift between the two makes the runs equal.
  if (least !== most && low !== high) return 1;
  return Math.max(...[low, high].map((by) => permutationP(...comparable(a, shifted(by)))));
}

/** Which run is worse: above 0 for B. */
function signOf(a: readonly number[], b: readonly number[]): number {
  const [ofA, ofB] = comparable(a, b);
  return Math.sign(mean(ofB) - mean(ofA));
}

/** As they are where all are finite, else their ranks: worse than anything has no distance. */
function comparable(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const all = [...a, ...b];
  if (all.every(Number.isFinite)) return [[...a], [...b]];
  const rank = (value: number) =>
    all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2;
  return [a.map(rank), b.map(rank)];
}

function judged(
  tested: Tested,
  pHolm: number | null,
  { study, family, unfinished }: { study: StudySpec; family: number; unfinished: readonly string[] },
): RunRow {
  const { kind, scenario, variant, metric, smallerIsBetter, a, b } = tested;
  const shown = (badness: number) =>
    badness === Number.POSITIVE_INFINITY ? null : Math.exp(smallerIsBetter ? badness : -badness);
  const row = {
    ...{ kind, scenario, variant, metric, pHolm },
    a: a.values.map(shown),
    b: b.values.map(shown),
    ratio: ratioOf(tested, study.alpha),
  };
  const isOpen = pHolm === null || pHolm > study.alpha;
  const why = isOpen ? whyNotComparable(tested, { alpha: study.alpha, family, unfinished }) : "";
  const verdict = why !== "" ? "not comparable" : isOpen ? openVerdict(row.ratio, study) : direction(tested);
  const sentence = rowSentence({ ...row, verdict, why }, [a.leftOut, b.leftOut]);
  return { ...row, verdict, why, sentence };
}

function openVerdict(ratio: Estimate | null, { equivalence }: StudySpec): "agrees" | "open" {
  return ratio !== null && ratio.low >= 1 / (1 + equivalence) && ratio.high <= 1 + equivalence
    ? "agrees"
    : "open";
}

/** Of a difference that is more than the rates may account for, so that any shift within them has its sign. */
function direction({ a, b, rates, smallerIsBetter }: Tested): "better" | "worse" {
  const middle = ((rates![0] + rates![1]) / 2) * (smallerIsBetter ? 1 : -1);
  return signOf(
    a.values,
    b.values.map((value) => value - middle),
  ) > 0
    ? "worse"
    : "better";
}

/** Empty where a row without a difference says that none was found. */
function whyNotComparable(
  { a, b, rates, kind }: Tested,
  given: { readonly alpha: number; readonly family: number; readonly unfinished: readonly string[] },
): string {
  const { alpha, family, unfinished } = given;
  const worst = ({ values }: Badness) => values.filter((value) => value === Number.POSITIVE_INFINITY).length;
  const [ofA, ofB] = [a.values.length, b.values.length];
  if (unfinished.length > 0) return unfinished.join(", ");
  if (ofA < 2 || ofB < 2) return `${ofA} and ${counted(ofB, "block")} with a value`;
  if (rates === null) return "the offered rates differ or are unknown, and their effect cannot be bounded";
  if (kind === "effect" && b.withoutBaseline > a.withoutBaseline)
    return `the baseline failed in ${counted(b.withoutBaseline, "block")} of B`;
  if (worst(a) === ofA && worst(b) === ofB) return "no block of either run has a value";
  if (worst(b) > worst(a)) return `${worst(b)} of ${counted(ofB, "block")} of B failed or have no value`;
  return smallestPermutationP(ofA, ofB) * family > alpha
    ? `too few blocks for alpha ${alpha}: ${ofA} and ${ofB}, ${counted(family, "row")}`
    : "";
}

function ratioOf({ a, b, rates, smallerIsBetter }: Tested, alpha: number): Estimate | null {
  const all = [...a.values, ...b.values];
  if (rates === null || !all.every(Number.isFinite)) return null;
  const logs = ({ values }: Badness) => (smallerIsBetter ? values : values.map((value) => -value));
  const interval = welchInterval(logs(a), logs(b), alpha);
  if (interval === null) return null;
  return exponentiated({ ...interval, low: interval.low - rates[1], high: interval.high - rates[0] });
}

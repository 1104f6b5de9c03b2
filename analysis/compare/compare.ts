/**
 * Two arms on one metric under one scenario, paired over blocks (statistics.md points 3 to 7). The estimand is the ratio
 * treatment / baseline of trial-level values in a typical block: the pseudo-median of its logarithm over blocks, which is the mean
 * where blocks are not skewed.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import type { Estimate, Finding } from "../figures/figures.ts";
import { counted } from "../figures/format.ts";
import type { Metric } from "../metrics/index.ts";
import type { Comparison } from "../schema/comparison.ts";
import { hodgesLehmann, pseudoMedian } from "../statistics/hodges-lehmann.ts";
import { holm } from "../statistics/holm.ts";
import { mean } from "../statistics/moments.ts";
import type { Sorted } from "../statistics/quantile.ts";
import { signFlipP } from "../statistics/sign-flip.ts";
import { skewFinding } from "../statistics/skewness.ts";
import { exponentiated, tInterval } from "../statistics/student.ts";
import { mannWhitneyP, twoSampleKsP } from "./naive-tests.ts";
import { ifOnTime, lateFinding, widened } from "./on-time.ts";
import { type Arm, type Paired, pairsOf } from "./pairs.ts";
import { sentence } from "./sentence.ts";
import { verdictOf } from "./verdict.ts";

export type Role = Comparison["role"];

/** What a comparison needs to know of a figure: an ordinary metric, or one of the recovery from a disruption. */
export type ComparedMetric = Pick<Metric, "name" | "unit" | "smallerIsBetter" | "growsWithQueue"> & {
  /** Of a difference, in words; "is faster than" without. */
  readonly verbs?: { readonly better: string; readonly worse: string };
};

export interface ComparisonRequest {
  readonly scenario: string;
  readonly metric: ComparedMetric;
  readonly role: Role;
  readonly baseline: Arm;
  readonly treatment: Arm;
}

/** What the pairs say of saturation and goodput, for the verdict and its words. */
export interface Context extends Pick<Paired, "blocks" | "saturated" | "why"> {
  readonly study: Pick<StudySpec, "alpha" | "equivalence">;
  /** Whether the plan is done: see plan-complete.ts. */
  readonly complete: boolean;
  /** Whether such a p of this row would be alpha or less, adjusted beside those of the other rows of its family. */
  readonly reaches: (p: number) => boolean;
  readonly metric: ComparedMetric;
  /** Mean share of requests in time over valid trials; null for no trial. */
  readonly goodput: { readonly baseline: number | null; readonly treatment: number | null };
  /**
   * The ratio that has to lie in the band for "equivalent": the row's; of goodput that of the misses, since .997 and .964 are
   * nearly the same share and ten times the misses.
   */
  readonly equivalence: Estimate | null;
  /** Mean log ratio, or mean difference where a value is 0: its sign is the direction. */
  readonly effect: number;
}

/**
 * Every row, the primary ones adjusted over their family, each with its verdict in words.
 * @param complete false while the plan has trials left: then there is no p and no verdict, and the estimates describe
 */
export function compareAll(
  requests: readonly ComparisonRequest[],
  study: Pick<StudySpec, "alpha" | "equivalence">,
  complete = true,
): Comparison[] {
  const rows = requests.map((request) => compareArms(request, { study, complete }));
  const primary = rows.filter(({ row }) => row.role === "primary");
  const ps = primary.map(({ row }) => row.p);
  const adjusted = holm(ps);
  const adjustedOf = new Map(primary.map(({ row }, index) => [row.id, adjusted[index]!]));
  return rows.map(({ row, context: own }) => {
    const index = primary.findIndex((other) => other.row === row);
    const context: Context = {
      ...own,
      reaches: (p) => (index < 0 ? p : holm(ps.with(index, p))[index]!) <= study.alpha,
    };
    const withHolm = { ...row, pHolm: adjustedOf.get(row.id) ?? null };
    const verdict = verdictOf(withHolm, context);
    return { ...withHolm, verdict, sentence: sentence({ ...withHolm, verdict }, context) };
  });
}

function compareArms(
  { scenario, metric, role, baseline, treatment }: ComparisonRequest,
  { study, complete }: Pick<Context, "study" | "complete">,
): { row: Comparison; context: Omit<Context, "reaches"> } {
  const paired = pairsOf(baseline, treatment, metric.name);
  const { pairs, why, saturated } = paired;
  const overloaded = metric.growsWithQueue && saturated.baseline + saturated.treatment > 0;
  const whole = why === "" && pairs.length > 0;
  const positive = pairs.every((pair) => pair.baseline > 0 && pair.treatment > 0);
  const differences = pairs.map((pair) => pair.treatment - pair.baseline);
  const logs = positive ? pairs.map((pair) => Math.log(pair.treatment / pair.baseline)) : [];
  const effects = positive ? logs : differences;
  const averaged = whole && !overloaded;
  const late = ifOnTime(paired.onTime);
  const row: Comparison = {
    id: `${scenario}/${role === "aa" ? `${treatment.label}-aa` : treatment.label}/${metric.name}`,
    scenario,
    metric: metric.name,
    unit: metric.unit,
    baseline: baseline.label,
    treatment: treatment.label,
    role,
    smallerIsBetter: metric.smallerIsBetter,
    n: pairs.length,
    pairs,
    ratio: averaged && positive ? exponentiated(widened(hodgesLehmann, logs, late.logs, study.alpha)) : null,
    ratioT: averaged && positive ? exponentiated(widened(tInterval, logs, late.logs, study.alpha)) : null,
    shift: averaged ? widened(hodgesLehmann, differences, late.differences, study.alpha) : null,
    superiority: whole ? superiority(differences, metric.smallerIsBetter) : null,
    p: whole && complete ? signFlipP(effects) : null,
    pHolm: null,
    naive: metric.growsWithQueue ? naive(baseline.pooled, treatment.pooled) : null,
    verdict: null,
    sentence: "",
    findings: [
      ...findings(paired, { positive, overloaded }),
      ...(averaged && positive ? lateFinding(logs, late.logs) : []),
      ...(averaged ? skewFinding(effects) : []),
    ],
  };
  const context: Omit<Context, "reaches"> = {
    study,
    complete,
    metric,
    blocks: paired.blocks,
    saturated,
    goodput: { baseline: meanGoodput(baseline), treatment: meanGoodput(treatment) },
    equivalence: metric.name === "goodput" ? missRatio(pairs, study.alpha) : row.ratio,
    effect: pairs.length === 0 ? 0 : pseudoMedian(effects),
    why,
  };
  return { row, context };
}

/** Of the requests that were not answered in time; null where a trial has none, since nothing is a multiple of nothing. */
function missRatio(pairs: Comparison["pairs"], alpha: number): Estimate | null {
  const logs = pairs.map((pair) => Math.log((1 - pair.treatment) / (1 - pair.baseline)));
  return logs.every(Number.isFinite) ? exponentiated(hodgesLehmann(logs, alpha)) : null;
}

/** Share of pairs in which the treatment is better, ties half. */
function superiority(differences: readonly number[], smallerIsBetter: boolean): number {
  const better = differences.filter((difference) =>
    smallerIsBetter ? difference < 0 : difference > 0,
  ).length;
  const ties = differences.filter((difference) => difference === 0).length;
  return (better + ties / 2) / differences.length;
}

/** By baseline and treatment: the rows of several metrics rest on the same requests. */
const naiveTests = new WeakMap<Sorted, WeakMap<Sorted, Comparison["naive"]>>();

function naive(baseline: Sorted, treatment: Sorted): Comparison["naive"] {
  if (baseline.length === 0 || treatment.length === 0) return null;
  const known = naiveTests.get(baseline) ?? new WeakMap<Sorted, Comparison["naive"]>();
  naiveTests.set(baseline, known);
  const tests = known.get(treatment) ?? {
    mannWhitneyP: mannWhitneyP(baseline, treatment),
    ksP: twoSampleKsP(baseline, treatment),
    requests: baseline.length + treatment.length,
  };
  known.set(treatment, tests);
  return tests;
}

function findings(
  { blocks, valid, asked, pairs, why }: Paired,
  { positive, overloaded }: { readonly positive: boolean; readonly overloaded: boolean },
): Finding[] {
  const list: Finding[] = [];
  const add = (severity: Finding["severity"], code: string, message: string, advice: string) =>
    list.push({ severity, code, message, advice });
  if (valid < blocks) {
    add(
      "warning",
      "incomplete-pairs",
      `${blocks - valid} of ${counted(blocks, "block")} dropped: a trial of the pair is invalid or absent`,
      "See the validity table; `testbed study --resume` runs absent trials.",
    );
  }
  if (why !== "") {
    add(
      "warning",
      "not-estimable",
      `in ${asked - pairs.length} of ${counted(asked, "pair")}: ${why}`,
      "Run longer trials.",
    );
  }
  if (overloaded) {
    add(
      "note",
      "overloaded",
      "no ratio, since under overload response times grow with the trial's length; p compares the variants on the same schedule and at this trial length",
      "",
    );
  }
  if (!positive) add("note", "zero-value", "a value is 0: no ratio; shift and p are of the differences", "");
  return list;
}

function meanGoodput({ trials }: Arm): number | null {
  const values = trials.flatMap((trial) => {
    const value = trial.valid ? trial.metrics.goodput?.value : null;
    return value === null || value === undefined ? [] : [value];
  });
  return values.length === 0 ? null : mean(values);
}

/**
 * Two runs of one study, on another machine or another commit: what agrees and what does not. Two kinds of rows, each on
 * the primary metric:
 *
 *   effect   treatment / baseline of run B against that of run A: comparable between any two machines
 *   level    a variant's own value in B against A: a regression gate, where both runs are of one machine
 *
 * Runs are independent, so each row is a two-sample permutation test on logs over blocks, and Holm's adjustment over the
 * tested rows holds the chance of any false alarm in the whole comparison to alpha.
 */
import { type Problem, TestbedError } from "../errors.ts";
import { differences } from "./differences.ts";
import { primaryOf } from "./estimands.ts";
import type { ManifestFile, PlanFile } from "./folder.ts";
import { holm } from "./holm.ts";
import { permutationP, smallestPermutationP } from "./permutation.ts";
import type { Estimate } from "./result/figures.ts";
import type { Analysis } from "./result.ts";
import { exponentiated } from "./student.ts";
import { welchInterval } from "./welch.ts";
import { counted, decimals, percent, pText, ratioText } from "./words.ts";

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
  /** Values over blocks: ratios for an effect, the metric for a level. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** B / A, geometric means with Welch's interval on logs; null for fewer than two blocks on a side. */
  readonly ratio: Estimate | null;
  readonly pHolm: number | null;
  /** `agrees`: the interval lies within the equivalence band. `open`: neither shown. */
  readonly verdict: "better" | "worse" | "agrees" | "open" | "not comparable";
  readonly sentence: string;
}

export interface RunComparison {
  readonly rows: readonly RunRow[];
  readonly sameMachine: boolean;
  /** Rows that are worse in B: a regression. */
  readonly worse: number;
  readonly falseAlarmRate: string;
}

type Untested = Omit<RunRow, "pHolm" | "verdict" | "sentence"> & { readonly p: number | null };

/** @throws TestbedError (badInput) where the two are not runs of one study */
export function compareRuns(a: Run, b: Run): RunComparison {
  checkSameStudy(a.plan, b.plan);
  const { alpha, equivalence } = a.plan.study;
  const sameMachine = differences(machineOf(a.manifest), machineOf(b.manifest)).length === 0;
  const untested = [...effects(a, b), ...(sameMachine ? levels(a, b) : [])];
  const adjusted = holm(untested.map(({ p }) => p));
  const rows = untested.map(({ p: _, ...row }, index): RunRow => {
    const pHolm = adjusted[index]!;
    const verdict = verdictOf(row, pHolm, a, alpha, equivalence);
    return { ...row, pHolm, verdict, sentence: sentenceOf(row, pHolm, verdict, untested.length, alpha) };
  });
  return {
    rows,
    sameMachine,
    worse: rows.filter(({ verdict }) => verdict === "worse").length,
    falseAlarmRate:
      `two runs without a difference raise any alarm with probability at most ${percent(alpha)}, and call anything ` +
      `worse with at most half of that (Holm over ${counted(untested.length, "row")}, exact two-sample permutation tests)`,
  };
}

/** What must be equal for the two to have asked the same: all of the study but its replicates and seed. */
function checkSameStudy(a: PlanFile, b: PlanFile): void {
  const asked = ({ study: { blocks: _, seed: __, aa: ___, description: ____, ...rest } }: PlanFile) => rest;
  const problems: Problem[] = differences(asked(a), asked(b)).map((problem) => ({
    ...problem,
    path: `plan.json#/study${problem.path}`,
  }));
  if (problems.length > 0) {
    throw new TestbedError("badInput", "the two folders are not runs of one study", {
      problems,
      hint: "Only the number of blocks, the seed and the A/A arm may differ.",
    });
  }
}

function machineOf({ machine: { cpu, cores, memoryBytes, os } }: ManifestFile) {
  return { cpu, cores, memoryBytes, os };
}

function effects(a: Run, b: Run): Untested[] {
  const primary = (run: Run) => run.analysis.comparisons.filter(({ role }) => role === "primary");
  return primary(a).map((row) => {
    const other = primary(b).find(({ id }) => id === row.id)!;
    const ratios = ({ pairs }: typeof row) =>
      pairs.flatMap(({ ratio }) => (ratio === null || ratio <= 0 ? [] : [ratio]));
    // An overloaded side makes the ratio a function of the trial's length, which the two runs share.
    return test(
      { kind: "effect", scenario: row.scenario, variant: row.treatment, metric: row.metric },
      ratios(row),
      ratios(other),
      a,
    );
  });
}

function levels(a: Run, b: Run): Untested[] {
  const { study } = a.plan;
  const { baseline, variants, scenarios } = study;
  return scenarios.flatMap(({ name: scenario }) =>
    [baseline, ...variants].map((variant) => {
      const metric = primaryOf(study, scenario);
      const values = (run: Run) =>
        run.analysis.trials.flatMap((trial) => {
          const value =
            trial.variant === variant && trial.scenario === scenario && trial.arm === "main" && trial.valid
              ? trial.metrics[metric]!.value
              : null;
          return value === null || value <= 0 ? [] : [value];
        });
      return test({ kind: "level", scenario, variant, metric }, values(a), values(b), a);
    }),
  );
}

function test(
  row: Pick<RunRow, "kind" | "scenario" | "variant" | "metric">,
  a: readonly number[],
  b: readonly number[],
  { plan }: Run,
): Untested {
  const [logsA, logsB] = [a.map(Math.log), b.map(Math.log)];
  const enough = a.length > 0 && b.length > 0;
  return {
    ...row,
    a,
    b,
    ratio: exponentiated(welchInterval(logsA, logsB, plan.study.alpha)),
    p: enough ? permutationP(logsA, logsB) : null,
  };
}

function verdictOf(
  { ratio, metric }: Pick<RunRow, "ratio" | "metric">,
  pHolm: number | null,
  { analysis }: Run,
  alpha: number,
  equivalence: number,
): RunRow["verdict"] {
  if (pHolm === null || ratio === null) return "not comparable";
  const smallerIsBetter = analysis.comparisons.find((row) => row.metric === metric)!.smallerIsBetter;
  if (pHolm <= alpha) return ratio.value < 1 === smallerIsBetter ? "better" : "worse";
  return ratio.low >= 1 / (1 + equivalence) && ratio.high <= 1 + equivalence ? "agrees" : "open";
}

function sentenceOf(
  row: Omit<Untested, "p">,
  pHolm: number | null,
  verdict: RunRow["verdict"],
  family: number,
  alpha: number,
): string {
  const { kind, variant, scenario, metric, ratio, a, b } = row;
  const subject = kind === "effect" ? `the effect of ${variant} on ${metric}` : `${metric} of ${variant}`;
  const where = `${subject} under ${scenario} load`;
  if (pHolm === null || ratio === null)
    return `${where}: not comparable, ${a.length} and ${counted(b.length, "block")}`;
  const figures =
    `${ratioText(ratio.value)}x in B (${percent(ratio.level)} interval ${ratioText(ratio.low)} to ` +
    `${ratioText(ratio.high)}, ${a.length} and ${counted(b.length, "block")}, ${pText(pHolm)} after Holm)`;
  const tooShort = smallestPermutationP(a.length, b.length) * family > alpha;
  const reach = tooShort && verdict === "open" ? `; too few blocks for alpha ${decimals(alpha)}` : "";
  return `${where}: ${verdict === "open" ? "nothing shown" : verdict}, ${figures}${reach}`;
}

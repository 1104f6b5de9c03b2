/**
 * Studies of two arms on one queue: blocks share their arrivals, deployments differ by 5 % in service time, and the
 * treatment's service takes 0.8 times as long. The truth is the pseudo-median over fresh blocks of what a block shows: the median
 * of the means of two blocks' values, which is the mean where they are symmetric.
 */

import { type ComparisonRequest, compareAll } from "../../analysis/compare/compare.ts";
import type { Arm } from "../../analysis/compare/pairs.ts";
import type { Estimate } from "../../analysis/figures/figures.ts";
import { metrics } from "../../analysis/metrics/index.ts";
import type { Comparison } from "../../analysis/schema/comparison.ts";
import type { TrialResult } from "../../analysis/schema/trial.ts";
import { quantile, sorted } from "../../analysis/statistics/quantile.ts";
import { randomStream } from "../../workloads/random/random.ts";
import { validTrial } from "../trial-result.ts";
import type { Held, Runs, Size } from "./claim.ts";
import { pseudoMedianOfMany } from "./pseudo-median.ts";
import { type Queue, responsesOf, runOf } from "./queues.ts";
import { remembered } from "./remembered.ts";

const utilisation = 0.6;
const between = 0.05;
const effect = 0.8;

/** Blocks and requests a trial. */
export const pairedSizes = {
  small: "8 blocks of 60 requests",
  middle: "10 blocks of 200",
  large: "12 blocks of 400",
} as const;
const shapes: Readonly<Record<Size, { readonly blocks: number; readonly requests: number }>> = {
  small: { blocks: 8, requests: 60 },
  middle: { blocks: 10, requests: 200 },
  large: { blocks: 12, requests: 400 },
};

export const blocksOf = (size: Size): number => shapes[size].blocks;

/** Response times of one trial, ms, in order of the schedule. */
export function trialOf(
  queue: Queue,
  size: Size,
  at: { readonly block: string; readonly trial: string; readonly service?: number },
): Float64Array {
  const services = randomStream(at.trial, "services");
  const slowness = (at.service ?? 1) * Math.exp(between * services.normal());
  const run = runOf(queue, {
    requests: shapes[size].requests,
    utilisation: utilisation * slowness,
    serviceMs: 20 * slowness,
    arrivals: randomStream(at.block, "arrivals"),
    services,
    burnIn: 100,
  });
  return responsesOf(run);
}

let seen: { readonly key: string; readonly rows: Comparison[] } = { key: "", rows: [] };

/** Rows of studies with the effect; claims on the same studies, asked for one after the other, share them. */
export function studiesSeen(queue: Queue, size: Size, { runs, first }: Runs): readonly Comparison[] {
  const key = `${queue.name}/${size}`;
  if (seen.key !== key) seen = { key, rows: [] };
  for (let run = seen.rows.length; run < first + runs; run++) {
    seen.rows.push(studyRow(queue, size, effect, `ratio/${run}`));
  }
  return seen.rows.slice(first, first + runs);
}

/** One study's row. */
export function studyRow(queue: Queue, size: Size, service: number, study: string, alpha = 0.05): Comparison {
  return compareAll([requestOf(queue, size, service, study)], { alpha, equivalence: 0.05 })[0]!;
}

/** The row of the baseline against itself as `analyse` has it after each of the blocks from `first` on; complete with the last. */
export function looksOf(queue: Queue, size: Size, study: string, first: number): Comparison[] {
  const whole = requestOf(queue, size, 1, study);
  const until = (arm: Arm, blocks: number) => ({ ...arm, trials: arm.trials.slice(0, blocks) });
  return Array.from({ length: blocksOf(size) - first + 1 }, (_, look) => {
    const blocks = first + look;
    const { baseline, treatment } = whole;
    const request = { ...whole, baseline: until(baseline, blocks), treatment: until(treatment, blocks) };
    return compareAll([request], { alpha: 0.05, equivalence: 0.05 }, blocks === blocksOf(size))[0]!;
  });
}

function requestOf(queue: Queue, size: Size, service: number, study: string): ComparisonRequest {
  const arm = (name: string, of: number): Arm => ({
    label: name,
    trials: Array.from({ length: blocksOf(size) }, (_, block) =>
      resultOf(
        p50(
          trialOf(queue, size, {
            block: `${study}/${block}`,
            trial: `${study}/${block}/${name}`,
            service: of,
          }),
        ),
        block,
      ),
    ),
    pooled: sorted(new Float64Array(0)),
  });
  return {
    scenario: "simulated",
    metric: metrics.p50,
    role: "secondary",
    baseline: arm("baseline", 1),
    treatment: arm("treatment", service),
  };
}

export interface PairedTruth {
  readonly logRatio: number;
  readonly shift: number;
}

const truths = remembered<PairedTruth>();

/** Over 4,000 fresh blocks. */
export function pairedTruth(queue: Queue, size: Size): PairedTruth {
  return truths(`${queue.name}/${size}`, () => {
    const pairs = Array.from({ length: 4000 }, (_, block) => {
      const at = (name: string) => `truth/${block}/${name}`;
      return {
        base: p50(trialOf(queue, size, { block: at(""), trial: at("baseline") })),
        other: p50(trialOf(queue, size, { block: at(""), trial: at("treatment"), service: effect })),
      };
    });
    return {
      logRatio: pseudoMedianOfMany(pairs.map(({ base, other }) => Math.log(other / base))),
      shift: pseudoMedianOfMany(pairs.map(({ base, other }) => other - base)),
    };
  });
}

/** How often one of the row's intervals holds the truth, over the studies with the effect. */
export function effectHeld(
  { queue, size, ...of }: Runs & { readonly queue: Queue; readonly size: Size },
  truth: number,
  intervalOf: (row: Comparison) => Estimate | null,
): Held {
  const found = studiesSeen(queue, size, of).map((row) => intervalOf(row)!);
  const held = found.filter(({ low, high }) => low <= truth && truth <= high).length;
  return { stated: found[0]!.level, held: held / of.runs, runs: of.runs };
}

function p50(responses: Float64Array): number {
  return quantile(sorted(responses.slice()), 0.5);
}

function resultOf(value: number, block: number): TrialResult {
  return validTrial({
    block,
    counts: { offered: 1, ok: 1, late: 0, failed: 0, byOutcome: {} },
    metrics: { p50: { value, unit: "ms", n: 1, why: "" } },
  });
}

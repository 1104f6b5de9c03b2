/**
 * The blocks of a comparison. A block counts if both trials are valid and have the value; other blocks are dropped from
 * both sides and counted.
 */
import { saysTooFew } from "../metrics/quantile-of.ts";
import type { Comparison } from "../schema/comparison.ts";
import type { TrialResult } from "../schema/trial.ts";
import type { Sorted } from "../statistics/quantile.ts";

/** The trials of one arm under one scenario, in order of their blocks. */
export interface Arm {
  readonly label: string;
  readonly trials: readonly TrialResult[];
  /** Response times of all valid trials' requests. */
  readonly pooled: Sorted;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** The blocks of two arms, by how far they count for one metric. */
export interface Paired {
  readonly blocks: number;
  /** Of them, those in which both trials are valid. */
  readonly valid: number;
  /** Of these, those whose schedule gave enough requests for the metric; all of them where none did. */
  readonly asked: number;
  readonly pairs: Comparison["pairs"];
  /** Of each pair, between what its values can lie with every request sent on time. */
  readonly onTime: readonly { readonly baseline: Bounds; readonly treatment: Bounds }[];
  /** Why a value is missing in some of those; empty for none. */
  readonly why: string;
  /** Complete pairs in which each side was overloaded. */
  readonly saturated: { readonly baseline: number; readonly treatment: number; readonly pairs: number };
}

/** @param metric name of one that every trial of both arms has an entry for */
export function pairsOf(baseline: Arm, treatment: Arm, metric: string): Paired {
  const valid = validPairs(baseline, treatment);
  const complete = valid.filter((pair) => !isShort(pair, metric));
  const asked = complete.length > 0 ? complete : valid;
  const counting = complete.flatMap(([base, other]) => {
    const [of, against] = [base.metrics[metric]!, other.metrics[metric]!];
    const [a, b] = [of.value, against.value];
    if (a === null || b === null) return [];
    return [
      {
        pair: { block: base.block, baseline: a, treatment: b, ratio: a > 0 ? b / a : null },
        onTime: {
          baseline: of.onTime ?? { low: a, high: a },
          treatment: against.onTime ?? { low: b, high: b },
        },
      },
    ];
  });
  return {
    blocks: baseline.trials.length,
    valid: valid.length,
    asked: asked.length,
    pairs: counting.map(({ pair }) => pair),
    onTime: counting.map(({ onTime }) => onTime),
    why: missingWhy(asked, metric),
    saturated: {
      baseline: complete.filter(([base]) => base.saturated).length,
      treatment: complete.filter(([, other]) => other.saturated).length,
      pairs: complete.length,
    },
  };
}

/** Blocks in which both trials are valid. */
function validPairs(baseline: Arm, treatment: Arm): [TrialResult, TrialResult][] {
  const others = new Map(treatment.trials.map((trial) => [trial.block, trial]));
  return baseline.trials.flatMap((base): [TrialResult, TrialResult][] => {
    const other = others.get(base.block);
    return base.valid && other?.valid === true ? [[base, other]] : [];
  });
}

/**
 * The schedule of the block gave fewer requests than the metric needs: both sides lack it for a reason that has nothing to
 * do with how either performed, so leaving the block out chooses nothing. A failure in such a block is no reason to count it:
 * the quantile would be missing without.
 */
function isShort(pair: readonly TrialResult[], metric: string): boolean {
  return pair.every(({ metrics: of, counts }) => {
    const found = of[metric]!;
    return saysTooFew(found) || (found.value === null && counts.failed === 0);
  });
}

/** The first reason for a missing value; a row with one has no verdict, since leaving the pair out would choose pairs. */
function missingWhy(asked: readonly [TrialResult, TrialResult][], metric: string): string {
  for (const pair of asked) {
    for (const trial of pair) {
      const measurement = trial.metrics[metric]!;
      if (measurement.value === null) return measurement.why;
    }
  }
  return "";
}

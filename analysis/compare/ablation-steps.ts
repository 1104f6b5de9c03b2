/**
 * A ladder of variants, each one step from the one before: what each step is worth by itself, and its share of the whole.
 *
 *   ratio of a step  = variant / variant before it, paired by block        share = ln(step) / ln(last / baseline)
 *
 * Shares are of the mean log ratios over the blocks that have every rung, so that they add up to 1: a mean of sums is the sum
 * of the means, which a pseudo-median is not. A step that makes things worse has a negative share. Where a step or the whole has
 * no interval, or that of the whole holds 1, nothing is shared out.
 */

import type { Comparison } from "../schema/comparison.ts";
import type { LadderStep } from "../schema/models.ts";
import { hodgesLehmann } from "../statistics/hodges-lehmann.ts";
import { sum } from "../statistics/moments.ts";
import { exponentiated } from "../statistics/student.ts";

/** @param order the variants after the baseline, as the study names them */
export function ablationSteps(
  comparisons: readonly Comparison[],
  order: readonly string[],
  alpha: number,
): LadderStep[] {
  const rows = comparisons.filter(({ role }) => role !== "aa");
  const places = [...new Set(rows.map(({ scenario, metric }) => `${scenario}/${metric}`))];
  return places.flatMap((place) => {
    const here = rows.filter(({ scenario, metric }) => `${scenario}/${metric}` === place);
    const rung = (name: string) => here.find(({ treatment }) => treatment === name);
    const last = rung(order.at(-1)!);
    const whole = last === undefined ? null : hodgesLehmann(logs(undefined, last), alpha);
    const rungs = order.map(rung);
    const every = rungs.every((row) => row !== undefined && averaged(row));
    const common = new Set(
      (last?.pairs ?? [])
        .map(({ block }) => block)
        .filter((block) => rungs.every((row) => row?.pairs.some((pair) => pair.block === block))),
    );
    const moved = whole !== null && (whole.low > 0 || whole.high < 0);
    return order.flatMap((name, index): LadderStep[] => {
      const row = rung(name);
      if (row === undefined) return [];
      const before = index === 0 ? undefined : rung(order[index - 1]!);
      const step = averaged(row) && (before === undefined || averaged(before)) ? logs(before, row) : [];
      const worth = hodgesLehmann(step, alpha);
      return [
        {
          scenario: row.scenario,
          metric: row.metric,
          unit: row.unit,
          from: index === 0 ? row.baseline : order[index - 1]!,
          to: name,
          ratio: exponentiated(worth),
          share: worth !== null && moved && every ? shareOf(before, row, last!, common) : null,
          n: step.length,
        },
      ];
    });
  });
}

/** Overload makes a response time a function of the trial's length: such a row has pairs, but no ratio. */
function averaged({ ratio, n }: Comparison): boolean {
  return ratio !== null || n < 4;
}

/** Of the way in the blocks that all rungs have; null where they have none. */
function shareOf(
  before: Comparison | undefined,
  row: Comparison,
  last: Comparison,
  blocks: ReadonlySet<number>,
): number | null {
  const whole = sum(logs(undefined, last, blocks));
  return whole === 0 ? null : sum(logs(before, row, blocks)) / whole;
}

function logs(before: Comparison | undefined, row: Comparison, blocks?: ReadonlySet<number>): number[] {
  return row.pairs.flatMap(({ block, baseline, treatment }) => {
    if (blocks !== undefined && !blocks.has(block)) return [];
    const from =
      before === undefined ? baseline : before.pairs.find((pair) => pair.block === block)?.treatment;
    return from !== undefined && from > 0 && treatment > 0 ? [Math.log(treatment / from)] : [];
  });
}

/**
 * The resolution of a design, known before the first request: the smallest two-sided p of a sign-flip test over R
 * blocks is 2/2^R, and Holm multiplies the smallest of m by m. A study that cannot reach its own alpha is reported when
 * it is planned.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { counted, decimals } from "../figures/format.ts";

export interface Resolution {
  readonly reachesAlpha: boolean;
  /** After Holm over the family; at most 1. */
  readonly smallestP: number;
  /** The family: treatments x scenarios on the primary estimand. */
  readonly comparisons: number;
  readonly sentence: string;
}

export function resolution(
  study: Pick<StudySpec, "variants" | "scenarios" | "blocks" | "alpha">,
): Resolution {
  const comparisons = study.variants.length * study.scenarios.length;
  const smallestP = Math.min(1, smallestSignFlipP(study.blocks) * comparisons);
  const reachesAlpha = smallestP <= study.alpha;
  const design = `${counted(study.blocks, "block")} and ${counted(comparisons, "comparison")}`;
  const reach = `the smallest p after Holm is ${decimals(smallestP)}`;
  return {
    reachesAlpha,
    smallestP,
    comparisons,
    sentence: reachesAlpha
      ? `With ${design} ${reach}, within alpha ${decimals(study.alpha)}: every comparison can reach a verdict.`
      : `With ${design} ${reach}, above alpha ${decimals(study.alpha)}: ` +
        `at least ${counted(blocksNeeded(comparisons, study.alpha), "block")} are needed.`,
  };
}

/** Two-sided: 2/2^R. */
export function smallestSignFlipP(blocks: number): number {
  return Math.min(1, 2 / 2 ** blocks);
}

/** The fewest blocks with which the smallest of `comparisons` p values can reach alpha under Holm. */
export function blocksNeeded(comparisons: number, alpha: number): number {
  let blocks = 1;
  while (smallestSignFlipP(blocks) * comparisons > alpha) blocks++;
  return blocks;
}

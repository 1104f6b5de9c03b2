/**
 * Planning: the smallest true ratio that a design shows with probability `power`, at a standard deviation between blocks of
 * the paired log ratios that earlier runs have seen. Normal log ratios are drawn and judged by the study's own rule, the
 * sign-flip p against alpha / m, Holm's first step, so the coarse p of few blocks is in the answer.
 */
import { randomStream } from "../../workloads/random/random.ts";
import { studentTails } from "../statistics/distributions.ts";
import { mean, standardDeviation } from "../statistics/moments.ts";
import { signFlipP } from "../statistics/sign-flip.ts";
import { smallestSignFlipP } from "./resolution.ts";

const studies = 2000;
/** Beyond, all signs take too long for a plan; Student's t is near enough there, and the draws are normal. */
const mostExact = 12;
/** In standard deviations; no design that reaches its alpha needs more. */
const widest = 8;

export interface Design {
  readonly blocks: number;
  /** Size of the Holm family. */
  readonly comparisons: number;
  readonly alpha: number;
  readonly power?: number;
}

/**
 * @param sd of the log ratio between blocks
 * @returns the ratio above 1 (its inverse below 1 is as detectable); null where no effect can reach alpha
 */
export function smallestDetectable(
  sd: number,
  { blocks, comparisons, alpha, power = 0.8 }: Design,
): number | null {
  const level = alpha / comparisons;
  return smallestSignFlipP(blocks) > level ? null : Math.exp(sd * smallestMean(blocks, level, power));
}

/** By design: every comparison of a study asks for the same one. */
const known = new Map<string, number>();

/** In units of the standard deviation, by bisection on the same draws. */
function smallestMean(blocks: number, level: number, power: number): number {
  const key = `${blocks}/${level}/${power}`;
  const found = known.get(key) ?? searchMean(blocks, level, power);
  known.set(key, found);
  return found;
}

function searchMean(blocks: number, level: number, power: number): number {
  const random = randomStream(blocks, "detectable");
  const draws = Array.from({ length: studies }, () => Array.from({ length: blocks }, () => random.normal()));
  const p = blocks <= mostExact ? signFlipP : tTestP;
  let low = 0;
  let high = widest;
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2;
    const shown = draws.filter((z) => p(z.map((value) => value + middle)) <= level).length;
    if (shown >= power * studies) high = middle;
    else low = middle;
  }
  return high;
}

function tTestP(values: readonly number[]): number {
  const n = values.length;
  return studentTails((mean(values) * Math.sqrt(n)) / standardDeviation(values), n - 1);
}

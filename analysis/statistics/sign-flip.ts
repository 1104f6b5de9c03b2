/**
 * Exact sign-flip permutation test of paired differences. Under "no effect" each block's difference is as likely to have
 * the other sign, so the observed |mean| is compared with that of all 2^R assignments of signs. R blocks cannot give a p
 * below 2/2^R. Statistic: |sum of the differences|; two-sided.
 */
import { randomStream } from "../../workloads/random/random.ts";
import { sum } from "./moments.ts";

/** Up to here every assignment is looked at; beyond, as many random ones as `draws`. */
const mostExact = 20;
const draws = 200_000;

/** @returns 1 for no differences at all */
export function signFlipP(differences: readonly number[]): number {
  const observed = Math.abs(sum(differences));
  // Sums that are equal in exact arithmetic must count as equal here too.
  const least = observed - 1e-12 * differences.reduce((total, value) => total + Math.abs(value), 0);
  return differences.length <= mostExact ? exact(differences, least) : sampled(differences, least);
}

/** Gray code: one sign changes from each assignment to the next. By symmetry the first sign stays. */
function exact(differences: readonly number[], least: number): number {
  const free = differences.length - 1;
  if (free < 0) return 1;
  const signs = differences.map(() => 1);
  let statistic = sum(differences);
  let extreme = 0;
  const assignments = 2 ** free;
  for (let step = 0; step < assignments; step++) {
    if (Math.abs(statistic) >= least) extreme++;
    const flip = 1 + trailingZeros(step + 1);
    if (flip > free) break;
    statistic -= 2 * signs[flip]! * differences[flip]!;
    signs[flip] = -signs[flip]!;
  }
  return extreme / assignments;
}

/** (1 + extreme) / (1 + draws): never 0, and a valid p (Phipson & Smyth 2010). Seeded: the same data, the same p. */
function sampled(differences: readonly number[], least: number): number {
  const random = randomStream(differences.length, "sign-flip");
  let extreme = 0;
  for (let draw = 0; draw < draws; draw++) {
    let statistic = 0;
    let bits = 0;
    differences.forEach((difference, index) => {
      if (index % 32 === 0) bits = random.bits();
      statistic += (bits >>> (index % 32)) & 1 ? difference : -difference;
    });
    if (Math.abs(statistic) >= least) extreme++;
  }
  return (1 + extreme) / (1 + draws);
}

function trailingZeros(value: number): number {
  return 31 - Math.clz32(value & -value);
}

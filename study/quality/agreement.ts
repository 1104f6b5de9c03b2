/**
 * Compares answers with the baseline's as the service declares it: which requests are sent, and how far apart the
 * answers are.
 */
import { type ComparedAnswers, exactShare } from "../../analysis/quality/quality.ts";
import { quantile, sorted } from "../../analysis/statistics/quantile.ts";
import { TestbedError } from "../../errors/errors.ts";
import type { AgreementSpec } from "../../infra/services/index.ts";
import type { Extracted } from "../../workloads/judge/judge.ts";
import { randomStream } from "../../workloads/random/random.ts";

/** Without repetition, in the payload's order. */
export function drawn(of: number, count: number, seed: number): number[] {
  if (count === of) return Array.from({ length: of }, (_, index) => index);
  const random = randomStream(seed, "quality");
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.index(of));
  return [...chosen].sort((a, b) => a - b);
}

/** @throws TestbedError (badInput) where the answers do not hold what is to be compared */
export function compareAll(
  spec: AgreementSpec,
  reference: readonly Extracted[],
  own: readonly Extracted[],
): ComparedAnswers[] {
  const pairs = <T>(what: keyof Extracted, pick: (one: Extracted) => T | undefined): [T, T][] =>
    reference.map((one, index) => {
      const [a, b] = [pick(one), pick(own[index]!)];
      if (a !== undefined && b !== undefined) return [a, b];
      throw new TestbedError("badInput", `the answers have no ${what} to compare`, {
        problems: [
          { path: `judge.${what}`, expected: "where it is in an answer", got: "nothing found there" },
        ],
      });
    });
  const found: ComparedAnswers[] = [];
  if (spec.label !== undefined) {
    const all = pairs("label", ({ label }) => label);
    const agreed = all.filter(([a, b]) => a === b).length;
    const limit = spec.label.least;
    const within = agreed >= limit * all.length;
    found.push({
      by: "label",
      observed: agreed / all.length,
      limit,
      within,
      share: exactShare(agreed, all.length),
      median: null,
    });
  }
  const byVector = (
    by: "cosine" | "shift",
    of: (a: readonly number[], b: readonly number[]) => number,
    limit: number,
  ) => {
    const values = sorted(
      Float64Array.from(
        pairs("vector", ({ vector }) => vector),
        ([a, b]) => of(a, b),
      ),
    );
    const observed = by === "cosine" ? values[0]! : values.at(-1)!;
    const within = by === "cosine" ? observed >= limit : observed <= limit;
    found.push({ by, observed, limit, within, share: null, median: quantile(values, 0.5) });
  };
  if (spec.cosine !== undefined) byVector("cosine", cosine, spec.cosine.least);
  if (spec.shift !== undefined) byVector("shift", largestShift, spec.shift.most);
  if (spec.number !== undefined) {
    const values = sorted(
      Float64Array.from(
        pairs("number", ({ number }) => number),
        ([a, b]) => Math.abs(a - b),
      ),
    );
    const [observed, limit] = [values.at(-1)!, spec.number.tolerance];
    found.push({
      by: "number",
      observed,
      limit,
      within: observed <= limit,
      share: null,
      median: quantile(values, 0.5),
    });
  }
  return found;
}

/** a.b / (|a| |b|); 1 for two zeros, 0 for one, and for vectors of other lengths. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return 0;
  let [dot, aa, bb] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    dot += a[index]! * b[index]!;
    aa += a[index]! ** 2;
    bb += b[index]! ** 2;
  }
  if (aa === 0 && bb === 0) return 1;
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

function largestShift(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.MAX_VALUE;
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

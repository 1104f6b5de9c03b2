import { describe, expect, it } from "vitest";
import { planDigest } from "../../../analysis/plan/plan-digest.ts";
import { deployments, planTrials } from "../../../study/plan/plan.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

const study = studySpec.parse(quick);

describe("the plan", () => {
  const trials = planTrials(study);

  it("holds every cell of every block exactly once", () => {
    const cells = new Set(trials.map((t) => `${t.block}/${t.variant}/${t.arm}/${t.scenario}`));
    expect(trials).toHaveLength(8 * 4 * 3);
    expect(cells.size).toBe(trials.length);
    expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
  });

  it("is the same for the same seed and another for another seed", () => {
    expect(planTrials(study)).toEqual(trials);
    const other = { ...study, seed: study.seed + 1 };
    expect(planDigest(other, planTrials(other))).not.toBe(planDigest(study, trials));
    expect(planTrials(other).map(({ id }) => id)).not.toEqual(trials.map(({ id }) => id));
  });

  it("shares one arrival seed between all variants of a block and scenario, and none between blocks", () => {
    const seeds = new Map<string, Set<number>>();
    for (const { block, scenario, seed } of trials) {
      const key = `${block}/${scenario}`;
      seeds.set(key, (seeds.get(key) ?? new Set()).add(seed));
    }
    const perCell = [...seeds.values()];
    expect(perCell.every((cell) => cell.size === 1)).toBe(true);
    expect(new Set(perCell.flatMap((cell) => [...cell])).size).toBe(8 * 3);
  });

  it("deploys each variant once per block and runs its scenarios together", () => {
    const groups = deployments(trials);
    expect(groups).toHaveLength(8 * 4);
    expect(groups.every((group) => group.trials.length === 3)).toBe(true);
    expect(groups.flatMap((group) => group.trials)).toEqual(trials);
  });

  it("puts each variant at each position of a block about equally often (chi-square over 400 blocks)", () => {
    const many = deployments(planTrials({ ...study, blocks: 400 }));
    const first = many.filter(({ index }) => index === 0);
    const expected = 400 / 4;
    const counts = new Map<string, number>();
    for (const { variant, arm } of first)
      counts.set(`${variant}/${arm}`, (counts.get(`${variant}/${arm}`) ?? 0) + 1);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 16.27 is the .999 quantile of chi-square with 3 degrees of freedom.
    expect(counts.size).toBe(4);
    expect(chiSquare).toBeLessThan(16.27);
  });
});

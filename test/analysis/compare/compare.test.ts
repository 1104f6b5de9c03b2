/** Overload, bursts and names in the verdicts, on simulated queues; the arithmetic is in statistics.test.ts. */
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import type { Analysis } from "../../../analysis/schema/analysis-result.ts";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import { simulateQueue } from "../../../bench/queue.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import { freshDirectory } from "../study.ts";

const overloaded: StudyInput = {
  name: "overload",
  description: "A baseline beyond its capacity.",
  baseline: "slow",
  variants: ["quick"],
  scenarios: [
    {
      name: "intense",
      description: "",
      arrival: { kind: "exponential" },
      rate: { utilisation: 1.5 },
      durationSeconds: 8,
      payload: "none",
    },
  ],
  blocks: 6,
  aa: true,
  slo: { responseMs: 500 },
  warmupSeconds: 0,
  secondary: ["throughput", "goodput", "mean"],
};

/** 15 requests a second for 8 s; the slow one can do 10 a second. */
async function study(quickMs: number): Promise<Analysis> {
  const directory = await freshDirectory();
  await writeResults(directory, overloaded, (trial: PlannedTrial) => {
    const serviceMs = trial.variant === "quick" ? quickMs : 100;
    return simulateQueue({
      arrival: { kind: "exponential" },
      utilisation: 0.015 * serviceMs,
      requests: 120,
      seed: trial.seed,
      serviceMs,
      serviceCv: 0.2,
      serviceSeed: trial.seed + trial.deployment,
    });
  });
  return analyse(directory);
}

describe("a baseline that is overloaded", async () => {
  const analysis = await study(20);
  const row = (id: string) => analysis.comparisons.find((comparison) => comparison.id === id)!;

  it("is called so in every block, and its response times are averaged nowhere", () => {
    const cell = analysis.cells.find(({ variant, arm }) => variant === "slow" && arm === "main")!;
    expect(cell.trials).toMatchObject({ planned: 6, valid: 6, saturated: 6 });
    expect(cell.metrics.p50).toMatchObject({ estimate: null });
    expect(cell.metrics.p50!.why).toMatch(/^overloaded in 6 of 6 trials/);
    expect(cell.metrics.throughput!.estimate!.value).toBeGreaterThan(9);
    expect(cell.metrics.throughput!.estimate!.value).toBeLessThan(10.8);
  });

  it("loses to one that carries the load, by the permutation test on the common schedule and without a ratio", () => {
    const primary = row("intense/quick/p50");
    expect(primary).toMatchObject({
      verdict: "faster",
      ratio: null,
      ratioT: null,
      shift: null,
      n: 6,
      p: 2 / 64,
    });
    expect(primary.sentence).toBe(
      "quick carries the intense load (100 % of requests on time), slow is overloaded: its queue was still growing when the " +
        "load ended, in 6 of 6 blocks (p = .031 after Holm).",
    );
  });

  it("keeps its throughput ratio: 15 a second against its capacity of 10", () => {
    const { ratio, verdict, sentence } = row("intense/quick/throughput");
    expect(ratio!.value).toBeGreaterThan(1.3);
    expect(ratio!.value).toBeLessThan(1.7);
    expect(verdict).toBe("faster");
    expect(sentence).toMatch(
      /^quick completes more requests per second than slow under intense load: throughput is 1\.\d+x/,
    );
  });

  it("against itself is said to be overloaded on both sides, without a false alarm", () => {
    const aa = row("intense/slow-aa/p50");
    expect(aa.verdict).toBe("inconclusive");
    expect(aa.sentence).toMatch(/^slow \(A\/A\) and slow are both overloaded .* in 6 and 6 of 6 blocks/);
  });
});

describe("a treatment that is overloaded too, but less", async () => {
  const analysis = await study(80);

  it("may be faster within the trial, and the sentence says that both are overloaded", () => {
    const row = analysis.comparisons.find(({ id }) => id === "intense/quick/p50")!;
    expect(row.ratio).toBeNull();
    expect(row.verdict).toBe("faster");
    expect(row.sentence).toMatch(
      /^quick and slow are both overloaded .* p50 was lower for quick in 6 of 6 \(p = \.031/,
    );
  });
});

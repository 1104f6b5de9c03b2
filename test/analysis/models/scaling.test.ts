import { describe, expect, it } from "vitest";
import { scaling } from "../../../analysis/models/scaling.ts";
import { fitScalability } from "../../../analysis/models/universal-scalability.ts";
import type { CellResult } from "../../../analysis/schema/cell.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import reference from "../reference/statistics.json" with { type: "json" };

const law = { lambda: 20, sigma: 0.1, kappa: 0.02 };
const capacity = (n: number) => (law.lambda * n) / (1 + law.sigma * (n - 1) + law.kappa * n * (n - 1));

describe("the Universal Scalability Law", () => {
  it("is fitted as SciPy fits it, on SPEC SDM91", () => {
    const { units, perSecond, fit } = reference.scalability;
    const found = fitScalability(units.map((of, index) => ({ units: of, perSecond: perSecond[index]! })))!;
    expect(found.lambda / fit[0]!).toBeCloseTo(1, 6);
    expect(found.sigma / fit[1]!).toBeCloseTo(1, 5);
    expect(found.kappa / fit[2]!).toBeCloseTo(1, 5);
  });

  it("needs three sizes", () => {
    expect(fitScalability([1, 2, 2].map((units) => ({ units, perSecond: capacity(units) })))).toBeNull();
  });
});

describe("scaling over workers and replicas", () => {
  const manifest = {
    variants: {
      one: { description: "1", runtime: "onnx", workers: 1, replicas: 1 },
      two: { description: "2", runtime: "onnx", workers: 2, replicas: 1 },
      eight: { description: "8", runtime: "onnx", workers: 4, replicas: 2 },
      other: { description: "?", runtime: "torch", workers: 2, replicas: 1 },
    },
  };

  it("joins what differs by nothing else, and has intervals over blocks that hold the truth in 95 of 100", () => {
    let held = 0;
    for (let study = 0; study < 200; study++) {
      const [row, ...others] = scaling(cellsOf(`${study}`, true), manifest, 0.05);
      expect(others).toEqual([]);
      expect(row!.points.map(({ variant, units, replicas }) => [variant, units, replicas])).toEqual([
        ["one", 1, 1],
        ["two", 2, 1],
        ["eight", 8, 2],
      ]);
      if (row!.contention!.low <= law.sigma && law.sigma <= row!.contention!.high) held++;
      const speedup = row!.points[2]!.speedup!;
      expect(Math.abs(speedup.value / (capacity(8) / capacity(1)) - 1)).toBeLessThan(0.1);
    }
    // 2.6 standard errors of a share of .95 over 200.
    expect(Math.abs(held / 200 - 0.95)).toBeLessThan(0.041);
  });

  it("says nothing of capacity where the sizes were not overloaded", () => {
    const [row] = scaling(cellsOf("idle", false), manifest, 0.05);
    expect(row!.points.every(({ throughput }) => throughput === null)).toBe(true);
    expect(row!.why).toMatch(/saturated or overloaded in 0 of 8 blocks/);
  });

  it("takes the throughput under users who saturate as capacity", () => {
    const [row] = scaling(cellsOf("users", false, true), manifest, 0.05);
    expect(row!.points.every(({ throughput }) => throughput !== null)).toBe(true);
    expect(row!.why).toBe("");
  });

  function cellsOf(seed: string, saturated: boolean, saturates = false) {
    const random = randomStream(seed, "scaling");
    return Object.entries(manifest.variants).map(([variant, { workers, replicas }]) => ({
      cell: { variant, scenario: "intense", arm: "main" } as CellResult,
      saturates,
      trials: Array.from({ length: 8 }, (_, block) => {
        const value = capacity(workers * replicas) * Math.exp(0.03 * random.normal());
        const metrics = { throughput: { value, unit: "1/s", n: 100, why: "" } };
        return { block, valid: true, saturated, metrics } as unknown as TrialResult;
      }),
    }));
  }
});

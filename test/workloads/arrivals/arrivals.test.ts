import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TestbedError } from "../../../errors/errors.ts";
import { type ArrivalSpec, arrivalOf, arrivalSpec, arrivals } from "../../../workloads/arrivals/index.ts";
import { type RenewalSpec, renewalOf } from "../../../workloads/arrivals/renewals.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";

const renewalCases: readonly [RenewalSpec, number][] = [
  [{ kind: "exponential" }, 1],
  [{ kind: "gamma", cv: 0.5 }, 0.5],
  [{ kind: "gamma", cv: 4 }, 4],
  [parse({ kind: "gamma", shape: 0.8 }) as RenewalSpec, Math.sqrt(1 / 0.8)],
  // Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 - 1 with k = 0.5: Gamma(5) / Gamma(3)^2 - 1 = 24/4 - 1 = 5.
  [{ kind: "weibull", shape: 0.5 }, Math.sqrt(5)],
  [{ kind: "weibull", shape: 3 }, 0.3634],
  [{ kind: "lognormal", cv: 1.5 }, 1.5],
];

describe.each(renewalCases)("%j", (spec, cv) => {
  const law = renewalOf(spec);
  const n = 50_000;
  const random = randomStream(1, JSON.stringify(spec));

  it("has gaps of mean 1 and of its cv that follow its F", () => {
    expect(law.cv(spec)).toBeCloseTo(cv, 3);
    const gaps = Float64Array.from({ length: n }, () => law.gap(spec, random)).sort();
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
    expect(Math.abs(mean - 1)).toBeLessThan((5 * cv) / Math.sqrt(n));
    expect(kolmogorov(gaps, (x) => law.cdf(spec, x))).toBeLessThan(1.95 / Math.sqrt(n));
  });

  it("begins with the residual life of a gap: mean (1 + cv^2) / 2, density 1 - F", () => {
    const residuals = Float64Array.from({ length: n }, () => law.residual(spec, random)).sort();
    const cdf = residualCdf((x) => law.cdf(spec, x));
    expect(kolmogorov(residuals, cdf)).toBeLessThan(1.95 / Math.sqrt(n) + 0.002);
  });
});

const mmpp: ArrivalSpec = { kind: "mmpp", levels: [1, 6], meanSeconds: [0.8, 0.2] };
const stationary: readonly ArrivalSpec[] = [
  { kind: "gamma", cv: 4 },
  { kind: "weibull", shape: 0.4 },
  { kind: "lognormal", cv: 3 },
  mmpp,
  {
    kind: "on-off",
    on: { meanSeconds: 0.3, law: { kind: "constant" } },
    off: { meanSeconds: 0.6, law: { kind: "weibull", shape: 0.5 } },
  },
  { kind: "profile", of: { kind: "gamma", cv: 2 }, over: { shape: "ramp", from: 0, to: 3 } },
  { kind: "profile", of: { kind: "exponential" }, over: { shape: "diurnal", cycles: 2.5, peakToTrough: 8 } },
  { kind: "profile", of: { kind: "exponential" }, over: { shape: "steps", levels: [1, 0, 5] } },
  { kind: "closed-loop", users: 3, think: { kind: "exponential" } },
];

it.each(stationary)("%j has rate x duration arrivals on average from the start", (arrival) => {
  const counts = countsOf(arrival, { ratePerSecond: 20, durationSeconds: 4, seeds: 2_000 });
  const { mean, variance } = momentsOf(counts);
  expect(Math.abs(mean - 80)).toBeLessThan(4 * Math.sqrt(variance / counts.length));
});

it("disperses the counts of an MMPP as Heffes & Lucantoni's formula says", () => {
  // var N(t) / E N(t) of a two-state MMPP with rates a, b and transition rates p (out of a), q (out of b).
  const [share, t, rate] = [0.8, 4, 20];
  const unit = rate / (share * 1 + (1 - share) * 6);
  const [a, b, p, q] = [unit, 6 * unit, 1 / 0.8, 1 / 0.2];
  const limit = (2 * p * q * (a - b) ** 2) / ((p + q) ** 2 * (a * q + b * p));
  const expected = 1 + limit * (1 - -Math.expm1(-(p + q) * t) / ((p + q) * t));
  const { mean, variance } = momentsOf(
    countsOf(mmpp, { ratePerSecond: rate, durationSeconds: t, seeds: 4_000 }),
  );
  expect(variance / mean / expected).toBeGreaterThan(0.9);
  expect(variance / mean / expected).toBeLessThan(1.1);
});

it("follows a profile by time change: each part of the duration gets its share", () => {
  const { offsetsMs } = materialise({
    arrival: { kind: "profile", of: { kind: "constant" }, over: { shape: "steps", levels: [1, 3, 0, 4] } },
    ratePerSecond: 100,
    durationSeconds: 80,
    seed: 1,
    payloadCount: 1,
  });
  const quarters = [0, 0, 0, 0];
  for (const at of offsetsMs) quarters[Math.min(3, Math.floor(at / 20_000))]!++;
  // An arrival at the very end of a step may fall on either side.
  [1000, 3000, 0, 4000].forEach((expected, quarter) => {
    expect(Math.abs(quarters[quarter]! - expected)).toBeLessThanOrEqual(1);
  });
});

it("ramps linearly: with constant gaps, arrival i of n comes at sqrt(i / n) of a ramp from 0", () => {
  const { offsetsMs } = materialise({
    arrival: { kind: "profile", of: { kind: "constant" }, over: { shape: "ramp", from: 0, to: 1 } },
    ratePerSecond: 10,
    durationSeconds: 10,
    seed: 1,
    payloadCount: 1,
  });
  expect(offsetsMs.length).toBe(100);
  for (const i of [1, 25, 50, 100]) expect(offsetsMs[i - 1]).toBeCloseTo(10_000 * Math.sqrt(i / 100), 3);
});

it("keeps the closed loop on the schedule of its open-loop twin", () => {
  const size = { ratePerSecond: 0.5, durationSeconds: 200, seed: 3, payloadCount: 10 };
  const twin = materialise({ ...size, arrival: { kind: "gamma", cv: 0.9 } });
  const closed = materialise({
    ...size,
    arrival: { kind: "closed-loop", users: 1, think: { kind: "gamma", cv: 0.9 } },
  });
  expect(closed.digest).toBe(twin.digest);
});

describe("a trace", () => {
  const folder = mkdtempSync(join(tmpdir(), "trace-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const size = { durationSeconds: 3, seed: 1, payloadCount: 1 };
  const good = file("good.csv", "timestamp,user\n100,a\n100.5,b\n100.5,c\n103,d\n104,e\n");

  it("replays recorded instants at the scenario's rate, from the first one on", () => {
    // Four gaps in 4 s: recorded at 1/s, replayed twice as fast.
    const { offsetsMs, ratePerSecond } = materialise({
      ...size,
      durationSeconds: 2,
      ratePerSecond: 2,
      arrival: { kind: "trace", file: good, unit: "s" },
    });
    expect([...offsetsMs]).toEqual([0, 250, 250, 1500, 2000]);
    expect(ratePerSecond).toBe(2);
  });

  it("replays at the recorded speed times a rate factor, and says the rate that follows", () => {
    const { offsetsMs, ratePerSecond } = materialise({
      ...size,
      ratePerSecond: 99,
      arrival: { kind: "trace", file: good, unit: "s", rateFactor: 0.5 },
    });
    expect([...offsetsMs]).toEqual([0, 1000, 1000]);
    expect(ratePerSecond).toBe(0.5);
  });

  it.each([
    ["unsorted rows", "1\n3\n2\n", ["row 3"]],
    ["text and gaps in every bad row", "at\n1\nx\n2\n,\n", ["row 3", "row 5"]],
    ["an empty file", "", [""]],
    ["one instant only", "5\n5\n", [""]],
  ])("refuses %s before anything starts", (name, text, rows) => {
    const bad = file(`${name}.csv`, text);
    const problems = problemsOf(() =>
      materialise({ ...size, ratePerSecond: 1, arrival: { kind: "trace", file: bad, unit: "s" } }),
    );
    expect(problems.map(({ path }) => path)).toEqual(rows.map((row) => `${bad} ${row}`.trimEnd()));
  });

  it("refuses a file that is not there, and a duration that it does not cover", () => {
    const none = { kind: "trace", file: join(folder, "none.csv"), unit: "s" } as const;
    expect(problemsOf(() => materialise({ ...size, ratePerSecond: 1, arrival: none }))).toHaveLength(1);
    const long = { kind: "trace", file: good, unit: "s" } as const;
    expect(
      problemsOf(() => materialise({ ...size, durationSeconds: 5, ratePerSecond: 1, arrival: long })),
    ).toEqual([{ path: "duration", expected: "at most the trace's 4 s at this rate", got: "5 s" }]);
  });
});

it("refuses a cv too high for the requests that the duration holds", () => {
  const problems = problemsOf(() =>
    materialise({
      arrival: { kind: "gamma", cv: 4 },
      ratePerSecond: 2,
      durationSeconds: 10,
      seed: 1,
      payloadCount: 1,
    }),
  );
  expect(problems).toEqual([
    { path: "duration", expected: "at least 16 s for cv 4 at this rate", got: "10" },
  ]);
});

it.each([
  { kind: "gamma" },
  { kind: "gamma", cv: 2, shape: 4 },
  { kind: "gamma", cv: -1 },
  { kind: "gamma", cv: 2, rate: 3 },
  { kind: "weibull", shape: 0 },
  { kind: "lognormal" },
  { kind: "mmpp", levels: [0, 0], meanSeconds: [1, 1] },
  { kind: "mmpp", levels: [1, 2], meanSeconds: [1, 0] },
  {
    kind: "on-off",
    on: { meanSeconds: 1, law: { kind: "mmpp" } },
    off: { meanSeconds: 1, law: { kind: "constant" } },
  },
  { kind: "profile", of: { kind: "exponential" }, over: { shape: "ramp", from: 0, to: 0 } },
  { kind: "profile", of: { kind: "exponential" }, over: { shape: "diurnal", cycles: 1, peakToTrough: 0.5 } },
  { kind: "closed-loop", users: 0, think: { kind: "exponential" } },
  { kind: "saturation" },
  { kind: "saturation", users: 8, think: { kind: "constant" } },
  { kind: "poisson" },
])("refuses %j", (spec) => {
  expect(arrivalSpec.safeParse(spec).success).toBe(false);
});

it("offers every room of the record as a kind of study files, and the other way round", () => {
  const kinds = arrivalSpec.options.map(
    ({ def }) => ("shape" in def ? def.shape : gammaShape(def)).kind.value,
  );
  expect(kinds.sort()).toEqual(Object.keys(arrivals).sort());
  for (const arrival of stationary) expect(arrivalOf(arrival).describe(arrival)).toMatch(/\d/);
});

function gammaShape(def: unknown) {
  return (def as { in: { def: { shape: { kind: { value: string } } } } }).in.def.shape as never as {
    kind: { value: string };
  };
}

function parse(spec: unknown): ArrivalSpec {
  return arrivalSpec.parse(spec);
}

function countsOf(
  arrival: ArrivalSpec,
  {
    ratePerSecond,
    durationSeconds,
    seeds,
  }: { ratePerSecond: number; durationSeconds: number; seeds: number },
): number[] {
  return Array.from(
    { length: seeds },
    (_, seed) =>
      materialise({ arrival, ratePerSecond, durationSeconds, seed, payloadCount: 1 }).offsetsMs.length,
  );
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}

function kolmogorov(ascending: Float64Array, cdf: (x: number) => number): number {
  let distance = 0;
  ascending.forEach((x, index) => {
    const f = cdf(x);
    distance = Math.max(distance, f - index / ascending.length, (index + 1) / ascending.length - f);
  });
  return distance;
}

/** Integral of 1 - F by the trapezium rule on a grid that is fine near 0, where bursty laws have their mass. */
function residualCdf(cdf: (x: number) => number): (x: number) => number {
  const grid = Float64Array.from({ length: 20_001 }, (_, i) => 1e-12 + 2_000 * (i / 20_000) ** 6);
  const area = new Float64Array(grid.length);
  for (let i = 1; i < grid.length; i++) {
    area[i] = area[i - 1]! + ((2 - cdf(grid[i]!) - cdf(grid[i - 1]!)) / 2) * (grid[i]! - grid[i - 1]!);
  }
  return (x) => {
    const at = Math.min(grid.length - 2, Math.floor(20_000 * (Math.max(0, x - 1e-12) / 2_000) ** (1 / 6)));
    const share = (x - grid[at]!) / (grid[at + 1]! - grid[at]!);
    return area[at]! + share * (area[at + 1]! - area[at]!);
  };
}

function problemsOf(make: () => unknown) {
  try {
    make();
  } catch (error) {
    if (error instanceof TestbedError) return error.problems;
    throw error;
  }
  throw new Error("nothing was refused");
}

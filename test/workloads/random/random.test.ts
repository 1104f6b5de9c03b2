import { expect, it } from "vitest";
import { exactExp, exactLog } from "../../../workloads/random/exact-math.ts";
import { randomFrom, randomStream } from "../../../workloads/random/random.ts";

it("is xoshiro128**: the first draws from state 1, 2, 3, 4", () => {
  // The same recurrence written independently in Python; the first four are also in its authors' test vectors.
  const state = Buffer.alloc(16);
  [1, 2, 3, 4].forEach((word, index) => {
    state.writeUInt32LE(word, index * 4);
  });
  const random = randomFrom(state);
  expect(Array.from({ length: 8 }, () => random.bits())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849,
  ]);
});

it("seeds a stream by the SHA-256 of seed and name, so that streams are independent and named", () => {
  const random = randomStream(7, "arrivals");
  expect(Array.from({ length: 4 }, () => random.bits())).toEqual([
    321175674, 3748521088, 3100602137, 331816637,
  ]);
  expect(randomStream(7, "payloads").bits()).not.toBe(321175674);
});

it("has logarithm and exponential within 2 units in the last place of the engine's", () => {
  const random = randomStream(1, "exact-math");
  let worst = 0;
  for (let draw = 0; draw < 100_000; draw++) {
    const x = random.uniform() * 10 ** Math.floor(random.uniform() * 20 - 12);
    const y = (random.uniform() - 0.5) * 200;
    worst = Math.max(
      worst,
      Math.abs(exactLog(x) / Math.log(x) - 1) / Number.EPSILON,
      Math.abs(exactExp(y) / Math.exp(y) - 1) / Number.EPSILON,
    );
  }
  expect(worst).toBeLessThanOrEqual(2);
  expect(exactLog(5e-324)).toBeCloseTo(-744.4400719213812, 12);
  expect([exactLog(1), exactLog(0), exactExp(0), exactExp(-1000)]).toEqual([
    0,
    Number.NEGATIVE_INFINITY,
    1,
    0,
  ]);
});

it.each([0.0625, 0.5, 1, 4, 40])("draws gamma of shape %d with its mean, variance and skewness", (shape) => {
  const n = 200_000;
  const random = randomStream(11, `gamma/${shape}`);
  const values = Float64Array.from({ length: n }, () => random.gamma(shape));
  const moment = (order: number, about: number) =>
    values.reduce((sum, value) => sum + (value - about) ** order, 0) / n;
  // Five standard errors of the sample mean and variance; gamma's kurtosis is 3 + 6/shape.
  const mean = moment(1, 0);
  const variance = moment(2, mean);
  expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / n));
  expect(Math.abs(variance - shape)).toBeLessThan(5 * shape * Math.sqrt((2 + 6 / shape) / n));
  const skewness = moment(3, mean) / variance ** 1.5;
  expect(Math.abs(skewness / (2 / Math.sqrt(shape)) - 1)).toBeLessThan(0.15);
});

it("draws normals with moments 0, 1, 0, 3", () => {
  const n = 200_000;
  const random = randomStream(3, "normal");
  const sums = [0, 0, 0, 0];
  for (let draw = 0; draw < n; draw++) {
    const x = random.normal();
    for (let order = 1; order <= 4; order++) sums[order - 1]! += x ** order / n;
  }
  const errors = [1, Math.sqrt(2), Math.sqrt(15), Math.sqrt(96)].map((sd) => (5 * sd) / Math.sqrt(n));
  [0, 1, 0, 3].forEach((expected, order) => {
    expect(Math.abs(sums[order]! - expected)).toBeLessThan(errors[order]!);
  });
});

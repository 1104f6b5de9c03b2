import { expect, it } from "vitest";
import type { ServiceCapacity } from "../../../study/capacity/service-capacity.ts";
import { plannedLooks, tune } from "../../../study/tune/tune.ts";

const capacity = (value: number): ServiceCapacity =>
  ({
    estimate: value === 0 ? null : { value, low: 0.9 * value, high: 1.1 * value, level: 0.95 },
    place: value === 0 ? "below" : "inside",
    range: { lowest: 1, highest: 1_000 },
  }) as ServiceCapacity;

/** A first look is off by what a round's noise is; the true capacities are 10, 20 ... */
const truth: Readonly<Record<string, number>> = { a: 10, b: 20, c: 30, d: 40, never: 0 };

it("the better half of each round gets the longer look, and the best of the last one wins", async () => {
  const asked: string[] = [];
  const tuned = await tune({
    candidates: Object.keys(truth),
    rounds: [4, 8, 16],
    seed: 1,
    async look(candidate, mostProbes, round) {
      asked.push(`${round}:${candidate}:${mostProbes}`);
      return capacity(truth[candidate]!);
    },
  });
  expect([...asked].sort()).toEqual([
    ...["a", "b", "c", "d", "never"].map((name) => `0:${name}:4`),
    ...["b", "c", "d"].map((name) => `1:${name}:8`),
    ...["c", "d"].map((name) => `2:${name}:16`),
  ]);
  expect(tuned).toMatchObject({ winner: { candidate: "d", round: 2 }, tied: [], looks: { length: 10 } });
  expect(plannedLooks(5, [4, 8, 16])).toEqual(asked.map((one) => Number(one.split(":")[2])));
});

it("a runner-up within the winner's interval is named, not hidden", async () => {
  const near: Readonly<Record<string, number>> = { a: 100, b: 95, c: 50 };
  const tuned = await tune({
    candidates: ["a", "b", "c"],
    rounds: [4, 8],
    seed: 1,
    look: async (name) => capacity(near[name]!),
  });
  expect(tuned).toMatchObject({ winner: { candidate: "a" }, tied: ["b"] });
});

it("has no winner where nothing holds the SLO", async () => {
  expect(
    await tune({ candidates: ["a"], rounds: [4], seed: 1, look: async () => capacity(0) }),
  ).toBeUndefined();
});

it("looks come in an order that the seed alone decides, another in each round", async () => {
  const orders = async (seed: number) => {
    const asked: string[][] = [[], []];
    await tune({
      candidates: [..."abcdefgh"],
      rounds: [4, 8],
      seed,
      async look(name, _, round) {
        asked[round]!.push(name);
        return capacity(100);
      },
    });
    return asked.map((names) => names.join(""));
  };
  const [first, second] = await orders(1);
  expect(await orders(1)).toEqual([first, second]);
  expect((await orders(2))[0]).not.toBe(first);
  // Of equals the first ones looked at go on, and are looked at in another order.
  expect([...second!].sort()).toEqual([...first!.slice(0, 4)].sort());
  expect(second).not.toBe(first!.slice(0, 4));
  expect(first).not.toBe("abcdefgh");
});

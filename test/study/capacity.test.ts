import { expect, it } from "vitest";
import { lindleyWaits, md1WaitCdf } from "../../bench/calibration/theory.ts";
import { searchCapacity } from "../../study/capacity.ts";
import { materialise } from "../../workloads/schedule.ts";

const serviceMs = 10;
const boundMs = 50;

/** The rate at which P(wait + service <= 50 ms) is 0.99, by bisection of Erlang's law. */
const theory = (() => {
  let [low, high] = [1, 99.9];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (md1WaitCdf(middle / 1000, serviceMs, boundMs - serviceMs) >= 0.99) low = middle;
    else high = middle;
  }
  return low;
})();

/** One probe of an M/D/1 queue: 2,500 requests, the first tenth left out. */
function probe(search: number) {
  return async (ratePerSecond: number, index: number) => {
    const { offsetsMs } = materialise({
      arrival: { kind: "exponential" },
      ratePerSecond,
      durationSeconds: 2_500 / ratePerSecond,
      seed: 1_000 * search + index,
      payloadCount: 1,
    });
    const waits = lindleyWaits(offsetsMs, serviceMs).slice(offsetsMs.length / 10);
    return { holds: waits.filter((ms) => ms + serviceMs > boundMs).length <= 0.01 * waits.length };
  };
}

it("the interval holds the capacity of an M/D/1 queue as often as it says, and its middle is near", async () => {
  const searches = 12;
  let inside = 0;
  for (let search = 0; search < searches; search++) {
    const { estimate, place, stoppedBy, probes } = await searchCapacity({
      probe: probe(search),
      lowest: 1,
      highest: 150,
    });
    expect(place).toBe("inside");
    expect(stoppedBy === "tolerance" || probes.length === 30).toBe(true);
    expect(Math.abs(estimate!.value / theory - 1)).toBeLessThan(0.1);
    if (estimate!.low <= theory && theory <= estimate!.high) inside++;
  }
  // 95 % of 12: fewer than 9 would have probability .0002.
  expect(inside).toBeGreaterThanOrEqual(9);
});

it("one wrong answer far from the capacity does not settle the search", async () => {
  const sharp = async (ratePerSecond: number, index: number) => ({
    holds: index === 1 ? ratePerSecond > 40 : ratePerSecond <= 40,
  });
  const { estimate } = await searchCapacity({ probe: sharp, lowest: 1, highest: 150 });
  expect(estimate!.value).toBeGreaterThan(37);
  expect(estimate!.value).toBeLessThan(43);
});

it("stops no sooner than its interval is as narrow as asked, and says so", async () => {
  const sharp = async (ratePerSecond: number) => ({ holds: ratePerSecond <= 40 });
  const wide = await searchCapacity({ probe: sharp, lowest: 1, highest: 150, tolerance: 0.2 });
  const narrow = await searchCapacity({ probe: sharp, lowest: 1, highest: 150, tolerance: 0.05 });
  expect(narrow.probes.length).toBeGreaterThan(wide.probes.length);
  expect(narrow.estimate!.high / narrow.estimate!.low).toBeLessThanOrEqual(1.05 / 0.95);
  expect(narrow.stoppedBy).toBe("tolerance");
  const spent = await searchCapacity({
    probe: sharp,
    lowest: 1,
    highest: 150,
    tolerance: 0.001,
    mostProbes: 9,
  });
  expect(spent).toMatchObject({ stoppedBy: "probes", probes: { length: 9 } });
});

it("names no figure where the capacity lies outside the range", async () => {
  const never = await searchCapacity({ probe: async () => ({ holds: false }), lowest: 10, highest: 100 });
  expect(never).toMatchObject({ estimate: null, place: "below" });
  const always = await searchCapacity({ probe: async () => ({ holds: true }), lowest: 10, highest: 100 });
  expect(always).toMatchObject({ estimate: null, place: "above" });
});

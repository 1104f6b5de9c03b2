/** On simulated queues of known utilisation, by the Lindley recursion of bench/queue.ts. */
import { describe, expect, it } from "vitest";
import { traceOf } from "../../../analysis/input/trial-samples.ts";
import { flightOf, inFlightAt, meanInFlight } from "../../../analysis/trial/in-flight.ts";
import { type Steadiness, steadiness, steadyFindings } from "../../../analysis/trial/saturation.ts";
import { type QueueRequest, simulateQueue } from "../../../bench/queue.ts";

const exponential = { kind: "exponential" } as const;
const bursts = { kind: "gamma", cv: 2 } as const;

describe("saturation", () => {
  it("is seen at 1.5 times the capacity in more than 95 of 100 trials of 60 requests", () => {
    expect(share({ arrival: exponential, utilisation: 1.5, requests: 60 }, 400)).toBeGreaterThan(0.95);
    expect(share({ arrival: exponential, utilisation: 1.5, requests: 100, servers: 2 }, 400)).toBeGreaterThan(
      0.95,
    );
  });

  it("is seen at 1.05 times the capacity too, the surer the longer the trial, where service times vary", () => {
    const mild = { arrival: exponential, utilisation: 1.05, serviceCv: 0.5 };
    const [short, longer, long] = [200, 1000, 4000].map((requests) => share({ ...mild, requests }, 100));
    expect(longer).toBeGreaterThan(short! + 0.15);
    expect(long).toBeGreaterThan(longer! + 0.15);
    expect(long).toBeGreaterThan(0.95);
  });

  it("is seen at 1.02 times the capacity in 85 of 100 trials of 200 requests where the service is constant, in bursts too", () => {
    expect(share({ arrival: exponential, utilisation: 1.02, requests: 200 }, 200)).toBeGreaterThan(0.85);
    expect(
      share({ arrival: { kind: "gamma", cv: 4 }, utilisation: 1.02, requests: 200 }, 200),
    ).toBeGreaterThan(0.85);
  });

  it("is not seen where the service works on more at once than was declared, however the arrivals fall", () => {
    const mistaken = { arrival: bursts, utilisation: 0.6, requests: 400, servers: 20, serviceCv: 1 };
    expect(share(mistaken, 300, 1)).toBeLessThanOrEqual(0.01);
  });

  it("is not seen at the capacity itself, where nothing but rounding is above it", () => {
    expect(share({ arrival: exponential, utilisation: 1, requests: 1000 }, 100)).toBe(0);
  });

  it("is not seen at 0.6 of the capacity, even in bursts of cv 2, in more than 1 of 1,000 trials", () => {
    expect(share({ arrival: exponential, utilisation: 0.6, requests: 60 }, 1000)).toBeLessThanOrEqual(0.001);
    expect(
      share({ arrival: bursts, utilisation: 0.6, requests: 40, serviceCv: 0.5 }, 1000),
    ).toBeLessThanOrEqual(0.001);
    expect(share({ arrival: bursts, utilisation: 0.6, requests: 400, serviceCv: 1 }, 300)).toBe(0);
    expect(share({ arrival: bursts, utilisation: 0.6, requests: 60, servers: 2 }, 500)).toBeLessThanOrEqual(
      0.002,
    );
  });

  it("is rare just below capacity, where a queue is long but stable", () => {
    expect(
      share({ arrival: exponential, utilisation: 0.9, requests: 400, serviceCv: 0.5 }, 300),
    ).toBeLessThan(0.01);
  });
});

describe("a trial too short to tell", () => {
  const mild = { arrival: exponential, serviceCv: 1 };

  it("is left open: of 200 requests at 1.05 times the capacity few are shown to be overload, and few pass for steady", () => {
    const seen = steadinessOf({ ...mild, utilisation: 1.05, requests: 200 }, 200);
    expect(seen.saturated).toBeLessThan(0.1);
    expect(seen.open).toBeGreaterThan(0.7);
  });

  it("is told in the end: no trial of 10,000 requests at 1.1 is open or steady", () => {
    expect(steadinessOf({ ...mild, utilisation: 1.1, requests: 10_000 }, 15).saturated).toBe(1);
  });

  it("is one of 20 at most at 0.8 of the capacity, and none where services are constant", () => {
    expect(steadinessOf({ ...mild, utilisation: 0.8, requests: 200 }, 200).open).toBeLessThanOrEqual(0.05);
    expect(steadinessOf({ arrival: bursts, utilisation: 0.9, requests: 200 }, 200).open).toBe(0);
  });

  it("carries a warning that says so, and no other does", () => {
    expect(steadyFindings("open").map(({ severity, code }) => [severity, code])).toEqual([
      ["warning", "steady-not-shown"],
    ]);
    expect([...steadyFindings("steady"), ...steadyFindings("saturated")]).toEqual([]);
  });
});

describe("requests in flight", () => {
  // Two overlapping requests, 0 to 4 and 1 to 3, then one from 6 to 7.
  const flight = { arrivals: Float64Array.of(0, 1, 6), departures: Float64Array.of(3, 4, 7) };

  it("are counted at an instant and averaged over an interval", () => {
    expect([0, 1, 2, 3.5, 5, 6.5].map((ms) => inFlightAt(flight, ms))).toEqual([1, 2, 2, 1, 0, 1]);
    expect(meanInFlight(flight, 0, 10)).toBeCloseTo((4 + 2 + 1) / 10, 12);
    expect(meanInFlight(flight, 2, 4)).toBeCloseTo((1 * 2 + 1 * 1) / 2, 12);
  });
});

function share(request: Omit<QueueRequest, "seed">, trials: number, declared?: number): number {
  return steadinessOf(request, trials, declared).saturated;
}

/** Shares of the trials. */
function steadinessOf(
  request: Omit<QueueRequest, "seed">,
  trials: number,
  declared = request.servers ?? 1,
): Record<Steadiness, number> {
  const seen = { saturated: 0, steady: 0, open: 0 };
  for (let seed = 0; seed < trials; seed++) {
    const { schedule, samples } = simulateQueue({ ...request, seed });
    const load = {
      fromMs: 0,
      toMs: schedule.durationSeconds * 1000,
      ratePerSecond: schedule.ratePerSecond,
      servers: declared,
    };
    seen[steadiness(flightOf(traceOf(samples)), load)]++;
  }
  const { saturated, steady, open } = seen;
  return { saturated: saturated / trials, steady: steady / trials, open: open / trials };
}

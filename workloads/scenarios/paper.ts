/**
 * The scenarios of arXiv 2604.20420 as reported: 1,000 requests with a mean gap of 2 s, literally and not as a share of
 * anybody's capacity. Its generator was one user with a think time, a closed loop, although its text speaks of arrivals:
 * the reported throughputs and durations are those of 1 / (2 s + response time). So each scenario exists twice, on one
 * seed: as it was run, and as the open loop that was meant.
 */
import type { RenewalSpec } from "../arrivals/renewals.ts";
import type { ScenarioSpec } from "../spec/spec.ts";

const meanGapSeconds = 2;
const requests = 1_000;

function twins(
  name: string,
  law: RenewalSpec,
  lawText: string,
): { closed: ScenarioSpec; open: ScenarioSpec } {
  const shared = {
    rate: { perSecond: 1 / meanGapSeconds },
    durationSeconds: requests * meanGapSeconds,
    payload: "reviews-and-tweets",
  };
  return {
    closed: {
      ...shared,
      name: `${name}-closed`,
      twinOf: name,
      description: `as the paper ran it: one user, think time ${lawText}, who waits for each answer`,
      arrival: { kind: "closed-loop", users: 1, think: law },
    },
    open: {
      ...shared,
      name,
      description: `the paper's arrivals, open loop: ${lawText}`,
      arrival: law,
    },
  };
}

export const s1 = twins("paper-s1", { kind: "exponential" }, "exponential, mean 2 s");
export const s2 = twins("paper-s2", gammaByShape(1.2), "Gamma(shape 1.2, scale 1.67 s), cv 0.91");
export const s3 = twins("paper-s3", gammaByShape(0.8), "Gamma(shape 0.8, scale 2.5 s), cv 1.12");

function gammaByShape(shape: number): RenewalSpec {
  return { kind: "gamma", cv: 1 / Math.sqrt(shape), shape };
}

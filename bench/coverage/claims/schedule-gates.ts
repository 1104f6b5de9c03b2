import { arrivalLaw, realisedRate } from "../../../analysis/gates/arrivals.ts";
import type { GateContext } from "../../../analysis/gates/gate.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import type { ArrivalSpec } from "../../../workloads/spec/spec.ts";
import type { Claim } from "../claim.ts";
import { requestsOf, trialSizes } from "../trials.ts";

/** Six tests at .001 each and one at four sigma. */
const stated = 0.0061;

export const scheduleGates: Claim = {
  kind: "at most",
  prints: "a schedule of its law that fails a gate on arrivals",
  by: "analyse, report, study",
  sizes: trialSizes,
  simulate(queue, size, runs, first = 0) {
    const cv = queue.arrivalCv;
    const arrival: ArrivalSpec = cv === 1 ? { kind: "exponential" } : { kind: "gamma", cv };
    let failed = 0;
    for (let run = first; run < first + runs; run++) {
      const [ratePerSecond, durationSeconds] = [50, requestsOf[size] / 50];
      const { offsetsMs } = materialise({
        ...{ arrival, ratePerSecond, durationSeconds, payloadCount: 1 },
        // Each queue by schedules of its own, though some have one law.
        seed: run + 1_000_000 * queue.servers + 10_000_000 * queue.serviceCv,
      });
      const context = {
        ...{ arrival, record: { ratePerSecond, durationSeconds } },
        trace: { scheduledMs: offsetsMs, length: offsetsMs.length },
      } as unknown as GateContext;
      const gates = [realisedRate, arrivalLaw].flatMap((rule) => rule.judge(context));
      if (gates.some(({ passed }) => !passed)) failed++;
    }
    return { stated, held: failed / runs, runs };
  },
};

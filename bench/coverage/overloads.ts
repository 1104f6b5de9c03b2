/** Trials at a load of one or more, begun empty: how often they are called saturated. */
import { type Steadiness, steadiness } from "../../analysis/trial/saturation.ts";
import type { Claim, Size } from "./claim.ts";
import { type Queue, runOf, streams } from "./queues.ts";
import { flightOfRun } from "./trials.ts";

export function steadinessOf(
  queue: Queue,
  load: { readonly requests: number; readonly utilisation: number },
  key: string,
): Steadiness {
  const trial = runOf(queue, { ...load, burnIn: 0, ...streams(key, key) });
  const { endMs, ratePerSecond } = trial;
  return steadiness(flightOfRun(trial), { fromMs: 0, toMs: endMs, ratePerSecond, servers: queue.servers });
}

export const calledSaturated = (...of: Parameters<typeof steadinessOf>): boolean =>
  steadinessOf(...of) === "saturated";

export const lengths = { small: "200 requests", middle: "2,000", large: "16,000" } as const;
export const requestsOf: Readonly<Record<Size, number>> = { small: 200, middle: 2000, large: 16_000 };

/** Its power at one load: nothing is stated, the longer the surer. */
export function powerAt(utilisation: number): Claim {
  return {
    kind: "rate",
    prints: `a trial at a load of ${utilisation} called saturated`,
    by: "analyse, report, study",
    atATime: 200,
    sizes: lengths,
    simulate(queue, size, runs, first = 0) {
      let called = 0;
      for (let run = first; run < first + runs; run++) {
        const load = { requests: requestsOf[size], utilisation };
        if (calledSaturated(queue, load, `over/${utilisation}/${run}`)) called++;
      }
      return { stated: 0, held: called / runs, runs };
    },
  };
}

/** Trials at a load of one or more, begun empty: how often they are called saturated. */
import { type Steadiness, steadiness } from "../../analysis/trial/saturation.ts";
import type { Claim, Size } from "./claim.ts";
import { type Queue, runOf, streams } from "./queues.ts";
import { flightOfRun } from "./trials.ts";

function steadinessOf(queue: Queue, load: Load, key: string): Steadiness {
  const trial = runOf(queue, { ...load, burnIn: 0, ...streams(key, key) });
  const { endMs, ratePerSecond } = trial;
  return steadiness(flightOfRun(trial), { fromMs: 0, toMs: endMs, ratePerSecond, servers: queue.servers });
}

interface Load {
  readonly requests: number;
  readonly utilisation: number;
}

/** How many trials of such a load are called so, each by a key of its own. */
export function shareCalled(
  called: Steadiness,
  {
    stated,
    loadOf,
    key,
  }: { readonly stated: number; readonly loadOf: (size: Size) => Load; readonly key: string },
): Claim["simulate"] {
  return (queue, size, runs, first = 0) => {
    let count = 0;
    for (let run = first; run < first + runs; run++) {
      if (steadinessOf(queue, loadOf(size), `${key}/${run}`) === called) count++;
    }
    return { stated, held: count / runs, runs };
  };
}

export const lengths = { small: "200 requests", middle: "2,000", large: "16,000" } as const;
const requestsOf: Readonly<Record<Size, number>> = { small: 200, middle: 2000, large: 16_000 };

/** Trials of these lengths at one load. */
export const lengthsAt = (utilisation: number) => (size: Size) => ({
  requests: requestsOf[size],
  utilisation,
});

/** Its power at one load: nothing is stated, the longer the surer. */
export function powerAt(utilisation: number): Claim {
  return {
    kind: "rate",
    prints: `a trial at a load of ${utilisation} called saturated`,
    by: "analyse, report, study",
    atATime: 200,
    sizes: lengths,
    simulate: shareCalled("saturated", {
      stated: 0,
      loadOf: lengthsAt(utilisation),
      key: `over/${utilisation}`,
    }),
  };
}

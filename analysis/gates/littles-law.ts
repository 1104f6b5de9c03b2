/**
 * Little's law, L = lambda W, over the window [a, b], with the residuals of requests that cross its edges, so that it
 * holds exactly and not just in the limit:
 *
 *   L        time average of A(t) - D(t), from the two sorted lists of instants
 *   lambda W sum over requests of the part of [scheduled, completed] inside [a, b], over b - a, from the pairs
 *
 * They differ where a request ends before it begins, or arrivals and departures are not of the same requests.
 */
import { flightOf, meanInFlight } from "../flight.ts";
import type { Trace } from "../trace.ts";
import { atMost, type GateRule } from "./gate.ts";

const most = 0.02;

export const littlesLaw: GateRule = {
  side: "samples",
  judge({ trace, window: { fromMs, toMs } }) {
    const l = meanInFlight(flightOf(trace), fromMs, toMs);
    const lambdaW = timeInWindow(trace, fromMs, toMs) / (toMs - fromMs);
    const difference = Math.max(l, lambdaW) === 0 ? 0 : Math.abs(l - lambdaW) / Math.max(l, lambdaW);
    return [
      atMost(
        "littles-law",
        difference,
        most,
        "relative difference",
        `L ${l.toFixed(3)}, lambda W ${lambdaW.toFixed(3)}`,
      ),
    ];
  },
};

function timeInWindow({ scheduledMs, completedMs, length }: Trace, fromMs: number, toMs: number): number {
  let sum = 0;
  for (let row = 0; row < length; row++) {
    sum += Math.max(0, Math.min(completedMs[row]!, toMs) - Math.max(scheduledMs[row]!, fromMs));
  }
  return sum;
}

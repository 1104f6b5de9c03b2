/** Injection windows on the queues: 10 s before, 25 s after, 50 requests a second, 2 % of all requests later than the SLO. */

import type { Trace } from "../../analysis/input/trial-samples.ts";
import { courseOf, levelBefore, windowMsAt } from "../../analysis/recovery/injection/service-level.ts";
import { outcomes } from "../../workloads/samples/sample.ts";
import type { Size } from "./claim.ts";
import { type Queue, responsesOf, runOf, streams } from "./queues.ts";

const ratePerSecond = 50;
const beforeMs = 10_000;
const endMs = 35_000;
const late = 0.02;
const loads: Readonly<Record<Size, number>> = { small: 0.3, middle: 0.6, large: 0.8 };
export const windowSizes = { small: "load 0.3", middle: "load 0.6", large: "load 0.8" } as const;

const failed = outcomes.indexOf("http");

function windowOf(queue: Queue, size: Size, key: string) {
  return runOf(queue, {
    // Half as many again as the window holds on average: bursts must not end before it does.
    requests: Math.ceil(((endMs * ratePerSecond) / 1000) * 1.5),
    utilisation: loads[size],
    serviceMs: (loads[size] * queue.servers * 1000) / ratePerSecond,
    ...streams(key, key),
  });
}

const known = new Map<string, number>();

function sloOf(queue: Queue, size: Size): number {
  const key = `${queue.name}/${size}`;
  const slo =
    known.get(key) ??
    (() => {
      const all = Array.from({ length: 60 }, (_, index) =>
        responsesOf(windowOf(queue, size, `slo/${index}`)),
      );
      const sorted = Float64Array.from(all.flatMap((one) => [...one])).sort();
      return sorted[Math.floor((1 - late) * sorted.length)]!;
    })();
  known.set(key, slo);
  return slo;
}

/**
 * @param outageMs from the injection on, requests scheduled within it fail
 * @returns whether the service level is called broken, and how many requests the outage hit
 */
export function isBroken(
  queue: Queue,
  size: Size,
  key: string,
  outageMs = 0,
): { broken: boolean; hit: number } {
  const { scheduledMs, completedMs } = windowOf(queue, size, key);
  const first = scheduledMs.findIndex((ms) => ms >= beforeMs);
  const end = scheduledMs.findIndex((ms) => ms >= endMs);
  const outcome = Uint8Array.from(scheduledMs, (ms) =>
    ms >= beforeMs && ms < beforeMs + outageMs ? failed : 0,
  );
  const trace = { length: scheduledMs.length, scheduledMs, completedMs, outcome } as unknown as Trace;
  const sloMs = sloOf(queue, size);
  const before = levelBefore(trace, 0, beforeMs, sloMs);
  if (before === undefined || first < 0) return { broken: false, hit: 0 };
  const rows = { firstRow: first, endRow: end < 0 ? trace.length : end, endMs };
  const { brokenMs } = courseOf(trace, rows, before, { sloMs, windowMs: windowMsAt(ratePerSecond) });
  return {
    broken: brokenMs !== null,
    hit: outcome.reduce((sum, code) => sum + (code === failed ? 1 : 0), 0),
  };
}

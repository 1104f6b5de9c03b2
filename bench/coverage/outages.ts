/**
 * Times to recover whose law is known by brute force: a queue at 0.6 of its capacity stands still for a second, and the time
 * is that until a request finds a server free again. Deployments differ by 30 % in service time, so that about half of
 * the variance lies between blocks at cv 1.
 */

import { randomStream } from "../../workloads/random/random.ts";
import { drawOf, type Queue } from "./queues.ts";
import { remembered } from "./remembered.ts";

const between = 0.3;
const serviceMs = 20;
const utilisation = 0.6;
const outageMs = 1000;

/** Times of one deployment, ms: each from an outage of its own. */
export function timesOf(queue: Queue, deployment: string, count: number): number[] {
  const random = randomStream(deployment, "outages");
  // Slower and faster by as much, and never so slow that the queue does not drain.
  const slowness = Math.exp(between * Math.max(-1.2, Math.min(1.2, random.normal())));
  const gap = drawOf(random, queue.arrivalCv, serviceMs / (utilisation * queue.servers));
  const service = drawOf(random, queue.serviceCv, serviceMs * slowness);
  return Array.from({ length: count }, () => {
    const free = new Float64Array(queue.servers).fill(outageMs);
    for (let now = gap(); ; now += gap()) {
      let server = 0;
      for (let other = 1; other < free.length; other++) if (free[other]! < free[server]!) server = other;
      if (free[server]! <= now) return now;
      free[server] = free[server]! + service();
    }
  });
}

/** Of deployments drawn for the truth, for each run held against it: its own error is a fourteenth of theirs. */
const drawnPerRun = 200;
const mostDrawn = 40_000;
const timesBy = remembered<Float64Array>();

/** Quantile of the times over deployments. @param runs that are held against it */
export function trueTime(queue: Queue, p: number, runs: number): number {
  const drawn = Math.min(mostDrawn, drawnPerRun * runs);
  const times = timesBy(`${queue.name}/${drawn}`, () =>
    Float64Array.from({ length: drawn }, (_, index) => timesOf(queue, `truth/${index}`, 1)[0]!).sort(),
  );
  return times[Math.floor(p * times.length)]!;
}

/**
 * A thread that wakes the dispatching thread just before each instant of the schedule. Node's own timers have steps of
 * 1 ms; `Atomics.wait` has the kernel's (50 us of timer slack, or less where the thread may ask for less). Between
 * instants both threads sleep in the kernel, so that at ordinary rates the generator's CPU is the requests' own.
 */
import { parentPort, workerData } from "node:worker_threads";
import { monotonicMs } from "../../samples/clock.ts";
import { askForPrecision } from "./precision.ts";

export interface TimerThreadData {
  /** Ascending, ms from the start; shared, so that no thread holds a copy. */
  readonly offsetsMs: Float64Array;
  /** How long before each instant the dispatching thread is woken. */
  readonly leadMs: number;
  readonly shared: Int32Array;
  /** Monotonic ms of the start in element 0, written before `started` is set. */
  readonly startMs: Float64Array;
}

/** Elements of `shared`. */
export const slot = {
  /** 0 before the start, 1 running, 2 stop. */
  state: 0,
  /** 1 while the dispatching thread looks at the clock by itself and needs no waking. */
  awake: 1,
  /** 1 while this thread sleeps until the dispatching one has gone to sleep: at high rates that is hardly ever. */
  parked: 2,
  /** The instant to wake for after that, an index into the schedule. */
  next: 3,
} as const;
export const slots = 4;

export const running = 1;
export const stopped = 2;

if (parentPort !== null) beat(workerData as TimerThreadData, parentPort);

function beat(data: TimerThreadData, port: NonNullable<typeof parentPort>): void {
  const { offsetsMs, leadMs, shared } = data;
  askForPrecision();
  port.postMessage("ready");
  Atomics.wait(shared, slot.state, 0);
  const startMs = data.startMs[0]!;
  let next = 0;
  while (next < offsetsMs.length) {
    const leftMs = startMs + offsetsMs[next]! - leadMs - monotonicMs();
    if (leftMs > 0) Atomics.wait(shared, slot.state, running, leftMs);
    if (Atomics.load(shared, slot.state) !== running) return;
    if (Atomics.load(shared, slot.awake) === 0) {
      port.postMessage("due");
      next++;
    } else {
      next = parkUntilAsleep(shared);
    }
  }
}

/** @returns the instant to wake for */
function parkUntilAsleep(shared: Int32Array): number {
  Atomics.store(shared, slot.parked, 1);
  // It may have gone to sleep between our look and our parking, and then does not know that we wait.
  if (Atomics.load(shared, slot.awake) === 1) Atomics.wait(shared, slot.parked, 1);
  Atomics.store(shared, slot.parked, 0);
  return Atomics.load(shared, slot.next);
}

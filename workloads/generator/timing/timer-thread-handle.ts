/** The sending thread's handle on the timer thread. */

import { typescriptThread } from "../../typescript/typescript.ts";
import { running, slot, slots, stopped, type TimerThreadData } from "./timer-thread.ts";

export interface TimerThread {
  onDue(wake: () => void): void;
  start(atMs: number): void;
  /** The dispatcher wants to be woken for this instant. */
  asleep(next: number): void;
  /** The dispatcher looks at the clock by itself. */
  awake(): void;
  end(): Promise<void>;
}

/** @returns when the thread is up and waits for its start */
export async function startTimerThread(ownOffsetsMs: Float64Array, leadMs: number): Promise<TimerThread> {
  const offsetsMs = new Float64Array(new SharedArrayBuffer(ownOffsetsMs.byteLength));
  offsetsMs.set(ownOffsetsMs);
  const shared = new Int32Array(new SharedArrayBuffer(4 * slots));
  const startMs = new Float64Array(new SharedArrayBuffer(8));
  const data: TimerThreadData = { offsetsMs, leadMs, shared, startMs };
  const thread = typescriptThread(new URL("./timer-thread.ts", import.meta.url), data);
  await new Promise<void>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  const setState = (state: number) => {
    Atomics.store(shared, slot.state, state);
    Atomics.notify(shared, slot.state);
  };
  const unpark = () => {
    Atomics.store(shared, slot.parked, 0);
    Atomics.notify(shared, slot.parked);
  };
  return {
    onDue(wake) {
      thread.on("message", wake);
    },
    start(atMs) {
      startMs[0] = atMs;
      setState(running);
    },
    asleep(next) {
      Atomics.store(shared, slot.next, next);
      Atomics.store(shared, slot.awake, 0);
      if (Atomics.load(shared, slot.parked) === 1) unpark();
    },
    awake() {
      Atomics.store(shared, slot.awake, 1);
    },
    async end() {
      setState(stopped);
      unpark();
      await thread.terminate();
    },
  };
}

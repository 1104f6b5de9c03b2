/** What else the machine is doing: a benchmark on a busy machine measures its neighbours. */
import { readFile } from "node:fs/promises";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "../../workloads/drive/merge.ts";
import {
  askForPrecision,
  askForRealTime,
  leaveRealTime,
} from "../../workloads/generator/timing/precision.ts";

const lookMs = 300;
const idleShare = 0.15;
const patienceMs = 3_000;

/** CPU seconds in use on the whole machine since boot; NaN where the kernel does not say. */
export async function busySeconds(): Promise<number> {
  const text = await readFile("/proc/stat", "utf8").catch(() => "");
  const [user = Number.NaN, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    /^cpu\s+(.+)$/m.exec(text)?.[1] ?? ""
  )
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}

/** Waits, within limits, until others leave the machine nearly alone. */
export async function untilIdle(): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    const before = await busySeconds();
    await pause(lookMs);
    const share = (await busySeconds()) - before;
    if (!(share > idleShare * os.cpus().length * (lookMs / 1000))) return;
  }
}

export interface Floor {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * By how much a thread that only sleeps oversleeps here: no generator that sleeps can be sharper.
 * @param realTime in that class, where it is granted; else undefined
 */
export function sleepFloor(realTime: boolean): Floor | undefined {
  askForPrecision();
  if (realTime && !askForRealTime()) return undefined;
  const [nobody, sleepMs] = [new Int32Array(new SharedArrayBuffer(4)), 0.5];
  const late = Float64Array.from({ length: 4_000 }, () => {
    const beganMs = performance.now();
    Atomics.wait(nobody, 0, 0, sleepMs);
    return performance.now() - beganMs - sleepMs;
  }).sort();
  if (realTime) leaveRealTime();
  return { p50Ms: quantile(late, 0.5), p99Ms: quantile(late, 0.99) };
}

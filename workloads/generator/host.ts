/** The services that a loop needs from its process. */
import { readQuota, throttledShare } from "../samples/cpu-quota.ts";
import type { LiveSnapshot } from "./live.ts";

export interface LoopHost {
  /** Says that everything is warm; resolves with the start, monotonic ms, or undefined where the run was stopped. */
  start(): Promise<number | undefined>;
  readonly stop: AbortSignal;
  live(counts: LiveSnapshot): void;
}

export const liveIntervalMs = 250;

export interface Spent {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Share of the process's CPU quota periods in which it was throttled; null where its system does not tell. */
  readonly throttledShare: number | null;
}

/** CPU and wall time from now until it is asked. */
export function meter(): () => Spent {
  const cpuBefore = process.cpuUsage();
  const quotaBefore = readQuota();
  const beganMs = performance.now();
  return () => {
    const cpu = process.cpuUsage(cpuBefore);
    return {
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      wallSeconds: (performance.now() - beganMs) / 1000,
      throttledShare: throttledShare(quotaBefore, readQuota()),
    };
  };
}

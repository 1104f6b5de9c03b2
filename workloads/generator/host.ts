/** What a loop needs of the process it runs in. */
import type { LiveSnapshot } from "./live.ts";

export interface LoopHost {
  /** Says that everything is warm; resolves with the start, monotonic ms, or undefined where the run was stopped. */
  start(): Promise<number | undefined>;
  readonly stop: AbortSignal;
  live(counts: LiveSnapshot): void;
}

export const liveIntervalMs = 250;

/** CPU and wall time from now until it is asked. */
export function meter(): () => { cpuSeconds: number; wallSeconds: number } {
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  return () => {
    const cpu = process.cpuUsage(cpuBefore);
    return {
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      wallSeconds: (performance.now() - beganMs) / 1000,
    };
  };
}

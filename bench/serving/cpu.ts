import { statFields } from "../../infra/host/process.ts";

const ticksPerSecond = 100;

/** User and system time of living processes, all threads; their ended children are not in it. Linux only. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.map(ofProcess).reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
}

function ofProcess(pid: number): number {
  // From field 3 on: utime is field 14, stime 15.
  const fields = statFields(pid);
  return Number(fields[11]) + Number(fields[12]);
}

import { readFileSync } from "node:fs";

const ticksPerSecond = 100;

/** User and system time of living processes, all threads; their ended children are not in it. Linux only. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.map(ofProcess).reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
}

function ofProcess(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // After the command's name, which is in parentheses and may hold anything: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

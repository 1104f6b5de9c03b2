/**
 * How often a container's CPU quota ran out, from its cgroup's cpu.stat: `nr_periods` of the quota, and `nr_throttled` of
 * them in which everything in the container had to wait. Without a quota there are no periods.
 */
import { readFileSync } from "node:fs";

export interface QuotaPeriods {
  readonly periods: number;
  readonly throttled: number;
}

/** @returns null where the text is not a cpu.stat with these counters */
export function parseCpuStat(text: string): QuotaPeriods | null {
  const count = (name: string) => new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
  const [periods, throttled] = [count("nr_periods"), count("nr_throttled")];
  return periods === undefined || throttled === undefined
    ? null
    : { periods: Number(periods), throttled: Number(throttled) };
}

/** Share of the periods between two readings that were throttled; 0 without a quota, null where either is unknown. */
export function throttledShare(before: QuotaPeriods | null, after: QuotaPeriods | null): number | null {
  if (before === null || after === null) return null;
  const periods = after.periods - before.periods;
  return periods <= 0 ? 0 : (after.throttled - before.throttled) / periods;
}

/** Of several containers, the worst; null where one of them is not known, or they are not the same ones. */
export function worstThrottledShare(
  before: readonly QuotaPeriods[] | null,
  after: readonly QuotaPeriods[] | null,
): number | null {
  if (before === null || after === null || before.length !== after.length || after.length === 0) return null;
  return Math.max(...after.map((quota, container) => throttledShare(before[container]!, quota)!));
}

/**
 * Of the cgroup that a process of this system is in, this one where none is named: version 2, as a container sees its own
 * or by its path, then version 1. @returns null where the system does not tell
 */
export function readQuota(pid = "self"): QuotaPeriods | null {
  const cgroups = read(`/proc/${pid}/cgroup`);
  const own = (line: RegExp) => line.exec(cgroups)?.[1] ?? "";
  const candidates = [
    `/sys/fs/cgroup${own(/^0::(.*)$/m)}/cpu.stat`,
    "/sys/fs/cgroup/cpu.stat",
    `/sys/fs/cgroup/cpu${own(/^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m)}/cpu.stat`,
    "/sys/fs/cgroup/cpu/cpu.stat",
  ];
  for (const path of candidates) {
    const found = parseCpuStat(read(path));
    if (found !== null) return found;
  }
  return null;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** CPU time that the hypervisor gave to other guests, as a share of all CPU time between two readings. */
import { readFile } from "node:fs/promises";

export type CpuTimes = { readonly total: number; readonly steal: number } | null;

/** @returns null where the kernel does not say (anything but Linux) */
export async function readCpuTimes(): Promise<CpuTimes> {
  const text = await readFile("/proc/stat", "utf8").catch(() => "");
  return parseCpuTimes(text);
}

/** First line of /proc/stat: user nice system idle iowait irq softirq steal (guest times are inside user). */
export function parseCpuTimes(text: string): CpuTimes {
  const match = /^cpu\s+(.+)$/m.exec(text);
  if (!match) return null;
  const ticks = match[1]!.trim().split(/\s+/).slice(0, 8).map(Number);
  return { total: ticks.reduce((sum, tick) => sum + tick, 0), steal: ticks[7] ?? 0 };
}

export function stealShare(before: CpuTimes, after: CpuTimes): number | null {
  if (before === null || after === null || after.total <= before.total) return null;
  return (after.steal - before.steal) / (after.total - before.total);
}

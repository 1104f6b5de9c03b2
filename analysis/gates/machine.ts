/**
 * Gates of the machine: its speed in the probe around each trial (study/machine/machine-probe.ts) against its usual
 * speed in the same run. No absolute speed is required: a comparison is invalid only if the machine is temporarily
 * different.
 */
import type { z } from "zod";
import { figure, percent } from "../figures/format.ts";
import type { machineReading } from "../schema/results-folder.ts";
import { quantile, sorted } from "../statistics/quantile.ts";

export type MachineReading = z.infer<typeof machineReading>;

/** Of the usual arithmetic and of the usual memory bandwidth: less is another machine. */
export const leastSpeed = 0.75;
/** Wake-ups later than this, and than ten times the usual, are another machine's. */
const [mostWakeMs, mostWakeTimes] = [5, 10];
/** Readings before there is a usual one. */
export const fewestReadings = 5;

/** @param p of the readings: .5 for what is usual, more for what is usual in good minutes */
export function usualReading(readings: readonly MachineReading[], p = 0.5): MachineReading {
  const at = (values: readonly number[], share: number) => quantile(sorted(Float64Array.from(values)), share);
  return {
    arithmetic: at(
      readings.map(({ arithmetic }) => arithmetic),
      p,
    ),
    memory: at(
      readings.map(({ memory }) => memory),
      p,
    ),
    wakeMs: at(
      readings.map(({ wakeMs }) => wakeMs),
      1 - p,
    ),
  };
}

/** The better of two, figure by figure: a machine that was slow for a moment at one end only is not slow. */
export function better(a: MachineReading, b: MachineReading): MachineReading {
  return {
    arithmetic: Math.max(a.arithmetic, b.arithmetic),
    memory: Math.max(a.memory, b.memory),
    wakeMs: Math.min(a.wakeMs, b.wakeMs),
  };
}

export function mostWake(usual: MachineReading): number {
  return Math.max(mostWakeMs, mostWakeTimes * usual.wakeMs);
}

/**
 * Share of the usual that a trial must have: less by a quarter is another machine, unless readings differ by that much all the
 * time. Four standard deviations of their logarithms, by the median of the absolute deviations, which a spell of slow trials does
 * not move.
 */
export function leastShare(readings: readonly MachineReading[], of: "arithmetic" | "memory"): number {
  const logs = readings.map((reading) => Math.log(reading[of] / usualReading(readings)[of]));
  const spread = 1.4826 * quantile(sorted(Float64Array.from(logs, Math.abs)), 0.5);
  return Math.min(leastSpeed, Math.exp(-4 * spread));
}

/** One machine in two runs: medians of the looks with nothing deployed, B over A. */
export interface MachineSpeed {
  readonly arithmetic: number;
  readonly memory: number;
  /** Beyond a quarter: it was another machine, and what a service took on it is no level of the service. */
  readonly differs: boolean;
}

type LookedAt = { readonly machine?: { readonly deployed: MachineReading } | undefined };

/** @returns null where one of the runs was not looked at often enough */
export function speedOf(a: readonly LookedAt[], b: readonly LookedAt[]): MachineSpeed | null {
  const looks = (trials: readonly LookedAt[]) => trials.flatMap(({ machine }) => machine?.deployed ?? []);
  const [of, against] = [looks(b), looks(a)];
  if (of.length < fewestReadings || against.length < fewestReadings) return null;
  const [now, before] = [usualReading(of), usualReading(against)];
  const [arithmetic, memory] = [now.arithmetic / before.arithmetic, now.memory / before.memory];
  const isOther = (ratio: number) => ratio < leastSpeed || ratio > 1 / leastSpeed;
  return { arithmetic, memory, differs: isOther(arithmetic) || isOther(memory) };
}

/** @returns in words what it does not do as usual; empty where it does */
export function slowness(reading: MachineReading, usual: MachineReading): string {
  const share = (of: "arithmetic" | "memory", words: string) =>
    reading[of] < leastSpeed * usual[of]
      ? [`${percent(reading[of] / usual[of], 0)} of the usual ${words}`]
      : [];
  return [
    ...share("arithmetic", "arithmetic"),
    ...share("memory", "memory bandwidth"),
    ...(reading.wakeMs > mostWake(usual) ? [`wake-ups ${figure(reading.wakeMs)} ms late`] : []),
  ].join(", ");
}

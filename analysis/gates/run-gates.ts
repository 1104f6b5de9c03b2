/**
 * Gates whose limit comes from the run: a trial can be judged by them only after the others of its scenario are
 * measured. One limit holds for all arms and blocks of a scenario, from values typical of the whole run: a limit that
 * followed a trial's own value would exclude trials by their outcome (statistics.md point 18).
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { isDisruptedIn, primaryOf } from "../compare/estimands.ts";
import { figure } from "../figures/format.ts";
import { groupedBy } from "../figures/trial-groups.ts";
import { metrics } from "../metrics/index.ts";
import type { Gate, TrialResult } from "../schema/trial.ts";
import { quantile, sorted } from "../statistics/quantile.ts";
import { atLeast, atMost, notJudged } from "./gate.ts";
import {
  better,
  fewestReadings,
  leastShare,
  type MachineReading,
  mostWake,
  usualReading,
} from "./machine.ts";

/** Of the equivalence band: how far lateness may move the compared metric. */
export const shareOfBand = 0.2;

type Study = Pick<StudySpec, "scenarios" | "primary" | "secondary" | "equivalence">;

/** @returns by trial id, the gates that its run judges it by; none for a trial without samples */
export function judgeTogether(trials: readonly TrialResult[], study: Study): ReadonlyMap<string, Gate[]> {
  const finished = trials.filter(({ status }) => status === "finished");
  const judged = new Map<string, Gate[]>(finished.map(({ id }) => [id, []]));
  // A service that stands there idle may take its part of the machine: each is held to what is usual beside itself.
  for (const of of groupedBy(finished, ({ variant }) => variant)) {
    const readings = of.flatMap(({ machine }) => (machine === undefined ? [] : [best(machine)]));
    const limits = machineLimits(readings);
    for (const trial of of) judged.get(trial.id)!.push(...machineGates(trial, limits));
  }
  for (const of of groupedBy(finished, ({ scenario }) => scenario)) {
    if (isDisruptedIn(study, of[0]!.scenario)) continue;
    const limit = latenessLimit(of, study);
    for (const trial of of) judged.get(trial.id)!.push(latenessGate(trial, study, limit));
  }
  return judged;
}

/** Of both ends of the trial the better one counts: a machine that was slow at one of them only is not judged slow. */
function best({ before, after }: NonNullable<TrialResult["machine"]>): MachineReading {
  return better(before, after);
}

interface MachineLimits {
  readonly usual: MachineReading;
  readonly arithmetic: number;
  readonly memory: number;
}

/** Null where too few trials were looked at. */
function machineLimits(readings: readonly MachineReading[]): MachineLimits | null {
  if (readings.length < fewestReadings) return null;
  return {
    usual: usualReading(readings),
    arithmetic: leastShare(readings, "arithmetic"),
    memory: leastShare(readings, "memory"),
  };
}

function machineGates({ machine }: TrialResult, limits: MachineLimits | null): Gate[] {
  const side = "machine" as const;
  if (machine === undefined) return [];
  const reading = best(machine);
  if (limits === null) {
    const note = `fewer than ${fewestReadings} trials of this variant have readings of the machine`;
    return machineNames.map((gate) => ({ side, ...notJudged(gate, "of the usual", note) }));
  }
  const speed = (gate: string, of: "arithmetic" | "memory", unit: string): Gate => ({
    side,
    ...atLeast(
      gate,
      reading[of] / limits.usual[of],
      limits[of],
      "of the usual",
      `${figure(reading[of])} ${unit}`,
    ),
  });
  return [
    speed(machineNames[0], "arithmetic", "million steps per second and core"),
    speed(machineNames[1], "memory", "GB per second and core"),
    { side, ...atMost(machineNames[2], reading.wakeMs, mostWake(limits.usual), "ms late") },
  ];
}

const machineNames = ["machine-arithmetic", "machine-memory", "machine-wake-up"] as const;

/**
 * A fifth of the equivalence band of the smallest value that is typical of an arm: no arm's metric is moved by more than that.
 * Null where no arm has a value.
 */
function latenessLimit(trials: readonly TrialResult[], study: Study): number | null {
  const name = primaryOf(study, trials[0]!.scenario);
  if (metrics[study.primary].unit === "share") return shareOfBand * study.equivalence;
  const typical = groupedBy(trials, ({ variant, arm }) => `${variant}/${arm}`).flatMap((arm) => {
    const values = arm.flatMap((trial) => trial.metrics[name]?.value ?? []);
    return values.length === 0 ? [] : [quantile(sorted(Float64Array.from(values)), 0.5)];
  });
  return typical.length === 0 ? null : shareOfBand * study.equivalence * Math.min(...typical);
}

function latenessGate(trial: TrialResult, study: Study, limit: number | null): Gate {
  const name = primaryOf(study, trial.scenario);
  const { value, onTime, unit, why } = trial.metrics[name]!;
  const { sends } = trial;
  const at = `${unit} of ${name}`;
  if (value === null || limit === null) {
    return { side: "generator", ...notJudged("lateness", at, `no value that lateness could move: ${why}`) };
  }
  const moved = onTime === undefined ? 0 : Math.max(value - onTime.low, onTime.high - value);
  const note =
    sends === undefined
      ? ""
      : `${sends.lateMs === null ? "never sent" : `${figure(sends.lateMs)} ms late`} at ${sends.lateAt}; ${name} ` +
        `${figure(value)} from the scheduled instant, ${sends.fromSent === null ? "none" : figure(sends.fromSent)} from the ` +
        `sent one; ${sends.touched} of ${trial.counts.offered} requests overlapped other requests than they would have, sent on time`;
  return { side: "generator", ...atMost("lateness", moved, limit, at, note) };
}

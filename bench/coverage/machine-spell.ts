/**
 * Two runs of one study on one service, one of them on a machine that is four times slower for a third of its trials, as shared
 * machines are for minutes at a time. The gate on the machine's probe (analysis/gates/machine.ts) judges each trial by both of its
 * ends, so that a spell that begins or ends within a trial leaves that trial in.
 */
import type { MachineReading } from "../../analysis/gates/machine.ts";
import { judgeTogether } from "../../analysis/gates/run-gates.ts";
import { gateFindings } from "../../analysis/gates/validity.ts";
import type { TrialResult } from "../../analysis/schema/trial.ts";
import type { Random } from "../../workloads/random/random.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";

/** Of a quiet machine. */
export const slowSpeed = 0.25;
const shareOfRun = 1 / 3;

export interface Spell {
  /** In trials: 2.5 is the middle of the third. */
  readonly from: number;
  readonly until: number;
}

/** In so many trials: from the middle of one to the middle of another. */
export function spellIn(trials: number, random: Random): Spell {
  const from = Math.floor(random.uniform() * trials) + 0.5;
  return { from, until: from + Math.floor(trials * shareOfRun) };
}

/** Speeds of the two halves of the trial in this place. */
export function speedsIn({ from, until }: Spell, place: number): readonly [number, number] {
  const at = (moment: number) => (moment >= from && moment < until ? slowSpeed : 1);
  return [at(place + 0.25), at(place + 0.75)];
}

/** What the probe reads before and after it. */
export function machineDuring(
  [before, after]: readonly [number, number],
  random: Random,
): NonNullable<TrialResult["machine"]> {
  const reading = (speed: number): MachineReading => {
    const noise = () => Math.exp(0.05 * random.normal());
    return { arithmetic: 400 * speed * noise(), memory: 10 * speed * noise(), wakeMs: 0.3 * noise() };
  };
  const first = reading(before);
  return { deployed: first, before: first, after: reading(after), startedAt: "2026-01-01T00:00:00Z" };
}

/** As `analyse` judges them. */
export function judged(trials: readonly TrialResult[], study: StudySpec): TrialResult[] {
  const gates = judgeTogether(trials, study);
  return trials.map((trial) => {
    const own = gates.get(trial.id) ?? [];
    const findings = gateFindings(own, true);
    return { ...trial, gates: own, findings, valid: findings.length === 0 };
  });
}

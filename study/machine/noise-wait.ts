/**
 * Watches the speed of the machine during a run: it is probed around each deployment and trial, and a trial waits,
 * within a budget, while the machine is slower than usual. The probe runs before the trial, beside an idle service, and
 * cannot know the outcome: waiting favours no variant, whereas repeating an invalid trial may (docs/decisions/0017,
 * 0022).
 */
import { setTimeout as pause } from "node:timers/promises";
import { type MachineReading, slowness, usualReading } from "../../analysis/gates/machine.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { deployments, planTrials } from "../plan/plan.ts";
import { plannedTime } from "../plan/planned-time.ts";
import { duration, type Progress } from "../terminal/progress.ts";
import type { MachineProbe } from "./machine-probe.ts";

export interface Quiet {
  readonly reading: MachineReading;
  readonly waitedSeconds: number;
}

export interface Machine {
  /** @param beside variant that is up meanwhile, empty for none: readings are held to those beside the same */
  look(beside: string): Promise<MachineReading>;
  /** The same, once the machine is as quick as usual, or the time for waiting is up: then the trial starts anyway. */
  quiet(beside: string, before: string): Promise<Quiet>;
}

export interface MachineRequest {
  readonly probe: Pick<MachineProbe, "look">;
  /** For waiting, in the whole run; 0 for never. */
  readonly budgetSeconds: number;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, "live" | "say">;
  readonly betweenMs?: number;
  readonly now?: () => number;
}

/** One trial waits no longer than this: a machine that has changed for good must not eat the whole budget at once. */
const mostSecondsEach = 30;
const betweenLooksMs = 2_000;
/** A machine is held to what it does in its better minutes. */
const goodMinutes = 0.75;
/** Readings beside the same, before they are what is usual. */
const enough = 3;
const nothing = "nothing";

/** Looks three times first, so that there is something to hold the first trial to. */
export async function watchMachine(request: MachineRequest): Promise<Machine> {
  const { probe, signal, progress, betweenMs = betweenLooksMs, now = () => performance.now() } = request;
  const seen = new Map<string, MachineReading[]>();
  let leftMs = request.budgetSeconds * 1000;
  const look = async (beside: string) => {
    const reading = await probe.look();
    signal.throwIfAborted();
    seen.set(beside, [...(seen.get(beside) ?? []), reading]);
    return reading;
  };
  const slow = (reading: MachineReading, beside: string) => {
    const own = seen.get(beside) ?? [];
    const readings = own.length > enough ? own : (seen.get(nothing) ?? []);
    return slowness(reading, usualReading(readings, goodMinutes));
  };
  for (let index = 0; index < enough; index++) await look(nothing);
  return {
    look: (beside) => look(beside === "" ? nothing : beside),
    async quiet(given, before) {
      const beside = given === "" ? nothing : given;
      const began = now();
      const mostMs = Math.min(leftMs, mostSecondsEach * 1000);
      let reading = await look(beside);
      let why = slow(reading, beside);
      let waits = 0;
      while (why !== "" && now() - began < mostMs) {
        progress.live(
          `${before}: the machine is slow (${why}): waiting, at most ${duration(mostMs - (now() - began))} more`,
        );
        await pause(betweenMs, undefined, { signal }).catch(() => signal.throwIfAborted());
        // What it does while others have it says nothing of what is usual.
        reading = await probe.look();
        signal.throwIfAborted();
        why = slow(reading, beside);
        waits++;
      }
      const waitedMs = waits === 0 ? 0 : now() - began;
      leftMs = Math.max(0, leftMs - waitedMs);
      if (why !== "" && mostMs > 0) {
        progress.say(`${before}: the machine was slow (${why}) for ${duration(waitedMs)}: started anyway`);
      }
      return { reading, waitedSeconds: waitedMs / 1000 };
    },
  };
}

/** The default for the total wait of a run: a tenth of its planned time, at least half a minute. */
export function plannedBudgetSeconds(study: StudySpec): number {
  const { totalSeconds } = plannedTime(study, deployments(planTrials(study)).length);
  return Math.max(30, Math.round(totalSeconds / 10));
}

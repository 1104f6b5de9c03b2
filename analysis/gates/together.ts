/**
 * Gates whose limit is the run's own: no trial can be judged by them before the others of its scenario are measured. One
 * limit for all arms and blocks of a scenario, from values typical of the whole run: a limit that followed a trial's own
 * value would leave out trials by their outcome (statistics.md point 18).
 */
import type { StudySpec } from "../../workloads/spec.ts";
import { isDisruptedIn, primaryOf } from "../estimands.ts";
import { groupedBy } from "../groups.ts";
import { metrics } from "../metrics/index.ts";
import { quantile, sorted } from "../quantile.ts";
import type { Gate, TrialResult } from "../result/trial.ts";
import { figure } from "../words.ts";
import { atMost, notJudged } from "./gate.ts";

/** Of the equivalence band: how far lateness may move the compared metric. */
export const shareOfBand = 0.2;

type Study = Pick<StudySpec, "scenarios" | "primary" | "secondary" | "equivalence">;

/** @returns by trial id, the gates that its run judges it by; none for a trial without samples */
export function judgeTogether(trials: readonly TrialResult[], study: Study): ReadonlyMap<string, Gate[]> {
  const finished = trials.filter(({ status }) => status === "finished");
  const judged = new Map<string, Gate[]>(finished.map(({ id }) => [id, []]));
  for (const of of groupedBy(finished, ({ scenario }) => scenario)) {
    if (isDisruptedIn(study, of[0]!.scenario)) continue;
    const limit = latenessLimit(of, study);
    for (const trial of of) judged.get(trial.id)!.push(latenessGate(trial, study, limit));
  }
  return judged;
}

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
        `sent one; ${sends.touched} of ${trial.counts.offered} requests met others than they would have`;
  return { side: "generator", ...atMost("lateness", moved, limit, at, note) };
}

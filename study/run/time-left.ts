/**
 * Estimates the remaining time of a run from its latest deployments. Every variant has its own usual time; the pace is
 * the ratio of the last deployments to it, so that a machine which becomes slower or faster moves the estimate at once,
 * not by a mean over the whole run.
 */
import { mean, sum } from "../../analysis/statistics/moments.ts";
import { quantile, sorted } from "../../analysis/statistics/quantile.ts";

export interface SeenDeployment {
  readonly variant: string;
  readonly trials: number;
  readonly seconds: number;
}

export type LeftDeployment = Omit<SeenDeployment, "seconds">;

/** Deployments that the pace is taken from. */
const paceOver = 2;

/**
 * @param seen in the order of the run
 * @param plannedPerTrial seconds of a trial with its part of a deployment, before any was seen
 */
export function secondsLeft(
  seen: readonly SeenDeployment[],
  left: readonly LeftDeployment[],
  plannedPerTrial: number,
): number {
  return sum(left.map((one) => expectedSeconds(seen, one, plannedPerTrial)));
}

/** Of one deployment with its trials, at the pace of the last ones. */
export function expectedSeconds(
  seen: readonly SeenDeployment[],
  { variant, trials }: LeftDeployment,
  plannedPerTrial: number,
): number {
  const usual = usualPerTrial(seen, variant);
  return (
    trials * (usual === undefined ? plannedPerTrial * overall(seen, plannedPerTrial) : usual * pace(seen))
  );
}

function pace(seen: readonly SeenDeployment[]): number {
  const ratios = seen.slice(-paceOver).flatMap((deployment) => {
    const usual = usualPerTrial(seen.slice(0, seen.indexOf(deployment)), deployment.variant);
    return usual === undefined ? [] : [Math.log(perTrial(deployment) / usual)];
  });
  return ratios.length === 0 ? 1 : Math.exp(mean(ratios));
}

/** What was seen over what was planned. */
function overall(seen: readonly SeenDeployment[], plannedPerTrial: number): number {
  const trials = sum(seen.map((one) => one.trials));
  return trials === 0 ? 1 : sum(seen.map(({ seconds }) => seconds)) / (trials * plannedPerTrial);
}

function usualPerTrial(seen: readonly SeenDeployment[], variant: string): number | undefined {
  const own = seen.filter((one) => one.variant === variant).map(perTrial);
  return own.length === 0 ? undefined : quantile(sorted(Float64Array.from(own)), 0.5);
}

function perTrial({ seconds, trials }: SeenDeployment): number {
  return seconds / Math.max(1, trials);
}

/**
 * Compares a closed loop with the open loop on the same schedule: their request rates, their response times, and why
 * they differ.
 *
 * The interactive response time law (Denning & Buzen 1978), with N users, mean think time Z and mean response R:
 *
 *   X = N / (Z + R)      utilisation of the open loop = rate x R / c      (N = 1: in the closed loop no request waits, R = S)
 *
 * So the closed loop slows its own load down where the service is slow, and with one user no queue ever forms; its twin
 * is overloaded from a utilisation of 1 on, and its response times then grow for as long as it lasts.
 */

import { figure } from "../figures/format.ts";
import type { Analysis } from "../schema/analysis-result.ts";
import type { PlanFile } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";
import { mean } from "../statistics/moments.ts";

type Twin = Analysis["twins"][number];

/** Below this share of the schedule's rate the closed loop is called slowed down; above it chance may do as much. */
const slowedShare = 0.9;

/** @param servers of a variant: requests that it works on at once without batching them */
export function openVsClosedLoop(
  { study }: PlanFile,
  trials: readonly TrialResult[],
  servers: (variant: string) => number,
): Twin[] {
  return study.scenarios.flatMap(({ name, arrival, twinOf }) => {
    if (arrival.kind !== "closed-loop" || twinOf === undefined) return [];
    return [study.baseline, ...study.variants].map((variant) => {
      const of = (scenario: string) =>
        trials.filter(
          (trial) =>
            trial.valid && trial.arm === "main" && trial.variant === variant && trial.scenario === scenario,
        );
      return twin({ closed: name, open: twinOf, variant, users: arrival.users }, of, servers(variant));
    });
  });
}

function twin(
  pair: Pick<Twin, "closed" | "open" | "variant" | "users">,
  of: (scenario: string) => TrialResult[],
  servers: number,
): Twin {
  const closed = of(pair.closed);
  const open = of(pair.open);
  const ratePerSecond = closed[0]?.ratePerSecond ?? null;
  const responseMs = meanOf(closed, "mean");
  const thinkMs = ratePerSecond === null ? null : (1000 * pair.users) / ratePerSecond;
  const figures = {
    ...pair,
    ratePerSecond,
    thinkMs,
    trials: { closed: closed.length, open: open.length, overloaded: open.filter((t) => t.saturated).length },
    predictedPerSecond:
      thinkMs === null || responseMs === null ? null : (1000 * pair.users) / (thinkMs + responseMs),
    utilisation:
      ratePerSecond === null || responseMs === null || pair.users > 1
        ? null
        : (ratePerSecond * responseMs) / 1000 / servers,
    seen: { closed: seen(closed, responseMs), open: seen(open, meanOf(open, "mean")) },
  };
  return { ...figures, sentence: sentence(figures) };
}

function seen(trials: readonly TrialResult[], meanMs: number | null): Twin["seen"]["closed"] {
  return {
    p50Ms: meanOf(trials, "p50"),
    meanMs,
    perSecond: meanOf(trials, "throughput"),
    requests: trials.reduce((sum, { counts }) => sum + counts.offered, 0),
  };
}

/** Mean over trials; null where a trial has no value, or there is no trial. */
function meanOf(trials: readonly TrialResult[], metric: string): number | null {
  const values = trials.map(({ metrics }) => metrics[metric]?.value ?? null);
  const known = values.filter((value) => value !== null);
  return values.length === 0 || known.length < values.length ? null : mean(known);
}

function sentence({
  variant,
  users,
  ratePerSecond,
  utilisation,
  trials,
  seen: { closed },
}: Omit<Twin, "sentence">) {
  if (closed.perSecond === null || closed.meanMs === null || ratePerSecond === null) {
    return `${variant}: no answer, because the closed loop has no valid trial.`;
  }
  const waiting = `${users === 1 ? "its user waits" : "its users wait"} for the answer (${figure(closed.meanMs)} ms on average)`;
  const asked =
    `${variant}: the closed loop was planned at ${figure(ratePerSecond)} requests per second and reached ${figure(closed.perSecond)}` +
    (closed.perSecond < slowedShare * ratePerSecond
      ? `, because ${waiting} before thinking again`
      : `: ${waiting}, which is short compared with the think time`);
  if (utilisation === null) return `${asked}.`;
  const load = `The same requests in open loop are a utilisation of ${figure(utilisation)}`;
  if (trials.overloaded > 0 || utilisation >= 1) {
    return (
      `${asked}. ${load}: more than the service's capacity, so its queue and its response times grow for as long as the ` +
      "load lasts. No such queue can form behind one user who waits."
    );
  }
  return utilisation < 0.1
    ? `${asked}. ${load}: requests hardly ever overlap, so neither the loop nor the burstiness matters.`
    : `${asked}. ${load}: the open loop adds the time spent waiting behind other requests.`;
}

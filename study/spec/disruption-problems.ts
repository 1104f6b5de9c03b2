/** The reasons why a scenario's disruption cannot be injected, or its effect not be seen. */

import type { Problem } from "../../errors/errors.ts";
import { nameProblems, problemsOf } from "../../errors/problems.ts";
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { leastDurationSeconds, phaseSecondsOf } from "../../workloads/spec/injections.ts";
import { rateOf, type ScenarioSpec, type StudySpec } from "../../workloads/spec/spec.ts";
import type { KnownDisruption } from "./study-file.ts";

/** Below it an outage of a few tens of milliseconds falls between two requests. */
export const leastProbesPerSecond = 50;

export function disruptionProblems(
  study: StudySpec,
  known: Readonly<Record<string, KnownDisruption>>,
  hasWorkers = true,
): Problem[] {
  return study.scenarios.flatMap((scenario, index) => {
    const at = `scenarios[${index}].disruption`;
    return [
      ...problemsWith(scenario, study.target, known, hasWorkers).map((problem) => ({
        ...problem,
        path: problem.path === "" ? at : `${at}.${problem.path}`,
      })),
      ...probeProblems(scenario, index),
    ];
  });
}

function problemsWith(
  { disruption: spec, durationSeconds, arrival }: ScenarioSpec,
  target: string,
  known: Readonly<Record<string, KnownDisruption>>,
  hasWorkers: boolean,
): Problem[] {
  if (spec === undefined) return [];
  if (!Object.hasOwn(known, spec.kind)) return nameProblems("kind", spec.kind, Object.keys(known));
  const { targets, settings, lastsSeconds, needsWorkers = false } = known[spec.kind]!;
  const problems: Problem[] = [];
  if (needsWorkers && !hasWorkers) {
    problems.push({
      path: "kind",
      expected: "a disruption that needs no workers: the service declares none (workers: true)",
      got: spec.kind,
    });
  }
  if (!targets.includes(target)) {
    problems.push({
      path: "kind",
      expected: `a disruption that supports ${target}`,
      got: `${spec.kind}, for ${targets.join(", ")}`,
    });
  }
  if (arrivalOf(arrival).closed) {
    problems.push({
      path: "",
      expected: "an open loop: in a closed loop waiting users hide an outage",
      got: arrival.kind,
    });
  }
  const least = leastDurationSeconds(spec);
  if (durationSeconds < least) {
    problems.push({
      path: "injections",
      expected: `slots within the scenario's ${durationSeconds} s`,
      got: `${spec.firstAfterSeconds} + ${spec.injections} x ${spec.everySeconds} = ${least} s`,
    });
  }
  const parsed = settings.safeParse(spec.settings);
  if (!parsed.success) {
    const found = problemsOf(parsed.error, spec.settings);
    return [...problems, ...found.map((one) => ({ ...one, path: `settings.${one.path}` }))];
  }
  const lasts = lastsSeconds(spec.settings);
  const phase = phaseSecondsOf(spec);
  if (phase + lasts > spec.everySeconds) {
    const least = spec.phaseSeconds === undefined ? 2 * lasts : phase + lasts;
    problems.push({
      path: "everySeconds",
      expected: `at least ${least}: it may begin in the first ${phase} s of a slot, and it lasts ${lasts} s`,
      got: String(spec.everySeconds),
    });
  }
  return problems;
}

/** @param capacityPerSecond undefined before it is measured: rates that are a share of it are then not judged */
export function probeProblems(
  { disruption, rate }: Pick<ScenarioSpec, "disruption" | "rate">,
  index: number,
  capacityPerSecond?: number,
): Problem[] {
  if (disruption === undefined) return [];
  const perSecond = rateOf(rate, capacityPerSecond) ?? Number.POSITIVE_INFINITY;
  if (perSecond >= leastProbesPerSecond) return [];
  return [
    {
      path: `scenarios[${index}].rate`,
      expected: `at least ${leastProbesPerSecond} requests per second, so that a short outage is seen`,
      got: `${perSecond.toFixed(1)}/s`,
    },
  ];
}

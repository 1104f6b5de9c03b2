/** The traces of a study: found and read once, then named by their digests and kept with the results. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../errors/errors.ts";
import type { ArrivalSpec } from "../arrivals/index.ts";
import type { TraceSpec } from "../arrivals/trace.ts";
import { type StoredTrace, traceOf } from "../traces/trace-store.ts";
import type { ScenarioSpec } from "./spec.ts";

export function traceSpecOf({ arrival }: Pick<ScenarioSpec, "arrival">): TraceSpec | undefined {
  return arrival.kind === "trace" ? arrival : undefined;
}

/** Within a results folder. */
export function traceFile(digest: string): string {
  return `traces/${digest.replace("sha256:", "")}.csv`;
}

/**
 * @param folder of the study file: a trace that is not in the current folder may be there, or in the results it lies in
 * @returns the scenarios with the digest in each trace's spec
 */
export function withTraces(
  scenarios: readonly ScenarioSpec[],
  folder: string | undefined,
): { scenarios: ScenarioSpec[]; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const named = scenarios.map((scenario, index) => {
    const spec = traceSpecOf(scenario);
    if (spec === undefined) return scenario;
    const found = foundTrace(spec, folder);
    problems.push(...found.problems.map((one) => ({ ...one, path: `scenarios[${index}]: ${one.path}` })));
    if (found.held === undefined) return scenario;
    return { ...scenario, arrival: { ...spec, digest: found.held.digest } };
  });
  return { scenarios: named, problems };
}

/** One line about each trace of a study that was read: what was understood of it. */
export function tracesIn({
  scenarios,
}: {
  readonly scenarios: readonly { readonly arrival: ArrivalSpec }[];
}): string[] {
  return [
    ...new Set(
      scenarios.flatMap(({ arrival }) =>
        arrival.kind === "trace" ? (traceOf(arrival).held?.understood ?? []) : [],
      ),
    ),
  ];
}

/** The same law, with the digest of what it replays where it is a trace. */
export function withDigest(arrival: ArrivalSpec): ArrivalSpec {
  if (arrival.kind !== "trace") return arrival;
  const { held } = traceOf(arrival);
  return held === undefined ? arrival : { ...arrival, digest: held.digest };
}

function foundTrace(
  spec: TraceSpec,
  folder: string | undefined,
): { held?: StoredTrace; problems: readonly Problem[] } {
  const kept =
    spec.digest === undefined || folder === undefined ? undefined : join(folder, traceFile(spec.digest));
  if (kept !== undefined && existsSync(kept)) return traceOf({ file: kept, digest: spec.digest });
  const beside = folder === undefined ? spec.file : join(folder, spec.file);
  return traceOf(spec, !existsSync(spec.file) && existsSync(beside) ? beside : spec.file);
}

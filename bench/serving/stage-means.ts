/** The service's own account of its stages, from its histograms: means per request between two looks. */
import type { ServiceState } from "../../infra/plugin/service.ts";

export type StageMeans = ReadonlyMap<string, number>;

export interface StageSums {
  /** Milliseconds per request since an earlier look. */
  since(earlier: StageSums): StageMeans;
  readonly count: ReadonlyMap<string, number>;
  readonly seconds: ReadonlyMap<string, number>;
}

const line = /^testbed_stage_seconds_(sum|count)\{[^}]*stage="(\w+)"[^}]*\} (\S+)$/gm;

/** Undefined where the service has no such histograms. */
export async function readStages({ url }: ServiceState): Promise<StageSums | undefined> {
  const answer = await fetch(`${url}/metrics`).catch(() => undefined);
  const text = (await answer?.text()) ?? "";
  const seconds = new Map<string, number>();
  const count = new Map<string, number>();
  for (const [, what, stage, value] of text.matchAll(line)) {
    const into = what === "sum" ? seconds : count;
    into.set(stage!, (into.get(stage!) ?? 0) + Number(value));
  }
  if (seconds.size === 0) return undefined;
  return {
    count,
    seconds,
    since: (earlier) =>
      new Map(
        [...seconds].map(([stage, sum]) => {
          const requests = (count.get(stage) ?? 0) - (earlier.count.get(stage) ?? 0);
          return [stage, (1000 * (sum - (earlier.seconds.get(stage) ?? 0))) / requests];
        }),
      ),
  };
}

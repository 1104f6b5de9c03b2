/** Where the requests' time went, as far as the service told it in each answer. */
import { quantile } from "../../workloads/drive/merge.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import { type Stage, stageNames } from "../../workloads/samples/stages.ts";

export interface StageAccount {
  /** Means per request: milliseconds; of `texts` a number. */
  readonly means: ReadonlyMap<Stage, number>;
  /** The run of the model that the request was in, ms. */
  readonly inferP99Ms: number;
  /** Response time / that run. */
  readonly timesInferP50: number;
  readonly timesInferP99: number;
}

/** Undefined where nothing was told. */
export function stageAccount(
  samples: readonly Sample[],
  responseMs: (sample: Sample) => number,
): StageAccount | undefined {
  const told = samples.filter(({ outcome, stages }) => outcome === "ok" && stages !== undefined);
  if (told.length === 0) return undefined;
  const of = (sample: Sample, stage: Stage) => sample.stages!.times[stage][sample.stages!.row]!;
  const infer = Float64Array.from(told, (sample) => of(sample, "infer")).sort();
  const times = Float64Array.from(told, (sample) => responseMs(sample) / of(sample, "infer")).sort();
  const mean = (stage: Stage) => told.reduce((sum, sample) => sum + of(sample, stage), 0) / told.length;
  return {
    means: new Map(stageNames.map((stage) => [stage, mean(stage)])),
    inferP99Ms: quantile(infer, 0.99),
    timesInferP50: quantile(times, 0.5),
    timesInferP99: quantile(times, 0.99),
  };
}

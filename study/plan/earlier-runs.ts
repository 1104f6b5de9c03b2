/** The noise that earlier runs of a study have measured: how much the paired ratios vary between blocks. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { smallestDetectable } from "../../analysis/plan/detectable.ts";
import { resolution } from "../../analysis/plan/resolution.ts";
import { type Analysis, analysisFile } from "../../analysis/schema/analysis-result.ts";
import { manifestFile, planFile } from "../../analysis/schema/results-folder.ts";
import { standardDeviation } from "../../analysis/statistics/moments.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { resultsRoot } from "../store/store.ts";

export interface Detectable {
  /** `steady/onnx-int8/p50`. */
  readonly comparison: string;
  /** Standard deviation of the log ratio between blocks. */
  readonly sd: number;
  /** Ratio above 1 that the planned design shows with 80 % probability; null where it can show none. */
  readonly ratio: number | null;
}

export interface EarlierNoise {
  readonly run: string;
  readonly blocks: number;
  readonly comparisons: readonly Detectable[];
}

/** Fewer pairs say too little of a standard deviation. */
const fewestPairs = 4;

/** @returns undefined where no earlier run of the study has enough blocks */
export async function earlierNoise(study: StudySpec, root = resultsRoot): Promise<EarlierNoise | undefined> {
  const runs = await readdir(join(root, study.name)).catch(() => []);
  for (const run of runs.sort().reverse()) {
    const analysis = await readParsed(join(root, study.name, run, "analysis.json"), analysisFile);
    const comparisons = analysis === undefined ? [] : detectables(analysis, study);
    if (comparisons.length > 0) {
      return { run, blocks: Math.max(...analysis!.comparisons.map(({ n }) => n)), comparisons };
    }
  }
  return undefined;
}

export interface EarlierCapacity {
  readonly run: string;
  readonly capacityPerSecond: number;
}

/** Of the study's baseline on this model and target, as the newest earlier run measured it; undefined where none did. */
export async function earlierCapacity(
  study: StudySpec,
  root = resultsRoot,
): Promise<EarlierCapacity | undefined> {
  const runs = await readdir(join(root, study.name)).catch(() => []);
  for (const run of runs.sort().reverse()) {
    const plan = await readParsed(join(root, study.name, run, "plan.json"), planFile);
    const manifest = await readParsed(join(root, study.name, run, "manifest.json"), manifestFile);
    const calibration = manifest?.calibration;
    const same =
      plan !== undefined &&
      plan.study.model === study.model &&
      plan.study.service === study.service &&
      plan.study.target === study.target &&
      calibration?.variant === study.baseline;
    if (same) return { run, capacityPerSecond: calibration.capacityPerSecond };
  }
  return undefined;
}

function detectables({ comparisons }: Analysis, study: StudySpec): Detectable[] {
  const design = { ...study, comparisons: resolution(study).comparisons };
  return comparisons
    .filter(({ role, metric }) => role === "primary" && metric === study.primary)
    .flatMap((row) => {
      const logs = row.pairs.flatMap(({ ratio }) => (ratio === null || ratio <= 0 ? [] : [Math.log(ratio)]));
      if (row.ratio === null || logs.length < fewestPairs) return [];
      const sd = standardDeviation(logs);
      return [{ comparison: row.id, sd, ratio: smallestDetectable(sd, design) }];
    });
}

/** A file of another version, or a damaged one, is no news for a plan. */
async function readParsed<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

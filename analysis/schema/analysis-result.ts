/**
 * The result of an analysis, as a schema: everything that any report shows, and nothing that is not recomputable from
 * the results folder. `analysis.json` is this, canonically serialised; HTML, Markdown and CSV are renderings of it.
 *
 * No number stands alone: an estimate carries its n and its interval, a metric that a trial is too short for is null
 * with the reason, and what qualifies a number travels with it as findings.
 */
import { z } from "zod";
import { finding } from "../figures/figures.ts";
import { cellResult } from "./cell.ts";
import { comparison } from "./comparison.ts";
import { ladderStep, modelPrediction, scalingResult, varianceComponent } from "./models.ts";
import { objectiveResult } from "./objective.ts";
import { twinResult } from "./open-vs-closed-loop.ts";
import { recoveryResult } from "./recovery.ts";
import { schemaVersion } from "./results-folder.ts";
import { stageCell } from "./stages.ts";
import { trialResult } from "./trial.ts";

export const analysisFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  study: z.string(),
  description: z.string(),
  run: z.string(),
  planDigest: z.string(),
  /** True where every planned trial is finished and valid or saturated. */
  complete: z.boolean(),
  /** planned = finished + failed (cut short ones too) + absent; finished = valid + invalid; saturated are among the valid. */
  counts: z.strictObject({
    planned: z.int(),
    finished: z.int(),
    failed: z.int(),
    absent: z.int(),
    valid: z.int(),
    invalid: z.int(),
    saturated: z.int(),
  }),
  /** What is synthetic, one phrase each; empty where all is real. */
  synthetic: z.array(z.string()),
  resolution: z.strictObject({
    reachesAlpha: z.boolean(),
    smallestP: z.number(),
    comparisons: z.int(),
    sentence: z.string(),
  }),
  findings: z.array(finding),
  comparisons: z.array(comparison),
  cells: z.array(cellResult),
  /** Left out where the study has none. */
  objectives: z.array(objectiveResult).optional(),
  variance: z.array(varianceComponent),
  models: z.array(modelPrediction),
  scaling: z.array(scalingResult),
  /** Empty where no closed loop has an open twin. */
  twins: z.array(twinResult),
  /** Null where no scenario has a disruption. */
  recovery: recoveryResult.nullable(),
  /** Empty where the study's variants are not steps. */
  ladder: z.array(ladderStep),
  /** Empty where no service told of its stages. */
  stages: z.array(stageCell),
  trials: z.array(trialResult),
});
export type Analysis = z.infer<typeof analysisFile>;

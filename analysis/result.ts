/**
 * The result of an analysis, as a schema: everything that any report shows, and nothing that is not recomputable from
 * the results folder. `analysis.json` is this, canonically serialised; HTML, Markdown and CSV are renderings of it.
 *
 * No number stands alone: an estimate carries its n and its interval, a metric that a trial is too short for is null
 * with the reason, and what qualifies a number travels with it as findings.
 */
import { z } from "zod";
import { arms, generatorHealth, schemaVersion } from "./folder.ts";
import { recoveryResult } from "./recovery/result.ts";

/** A warning or an invalidity, carried by the result it qualifies. */
export const finding = z.strictObject({
  /** `invalid` takes the trial out of the tables; `warning` qualifies a number; `note` a reader should know. */
  severity: z.enum(["invalid", "warning", "note"]),
  /** Stable name, kebab-case: `generator-late`, `connection-skew`, `too-few-blocks` ... */
  code: z.string(),
  /** What was found, with the measured figure and its limit. */
  message: z.string(),
  /** What to try; may be empty. */
  advice: z.string(),
});
export type Finding = z.infer<typeof finding>;

/** A point with its two-sided confidence interval over `n` trials or blocks. */
export const estimate = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Achieved coverage, for example 0.9609 of a Walsh-average interval. */
  level: z.number(),
  n: z.int(),
});
export type Estimate = z.infer<typeof estimate>;

/** One metric of one trial. */
export const measurement = z.strictObject({
  /** Null where it is not estimable; `why` then says so. */
  value: z.number().nullable(),
  unit: z.string(),
  /** Requests it rests on. */
  n: z.int(),
  why: z.string(),
});
export type Measurement = z.infer<typeof measurement>;

/** The part of the experiment that is at fault where a gate fails. */
export const sides = ["generator", "schedule", "samples", "machine", "service"] as const;
export type Side = (typeof sides)[number];

/** One validity gate of one trial: statistics.md point 11. */
export const gate = z.strictObject({
  gate: z.string(),
  side: z.enum(sides),
  passed: z.boolean(),
  measured: z.number().nullable(),
  limit: z.number().nullable(),
  /** Whether the measured value may be at most or at least the limit. */
  bound: z.enum(["most", "least"]),
  unit: z.string(),
  /** Why it failed, or why it could not be judged; may be empty. */
  note: z.string(),
});
export type Gate = z.infer<typeof gate>;

export const trialResult = z.strictObject({
  id: z.string(),
  block: z.int(),
  variant: z.string(),
  arm: z.enum(arms),
  scenario: z.string(),
  status: z.enum(["finished", "failed", "partial", "missing"]),
  /** Why it has no samples; empty where it has. */
  error: z.string(),
  valid: z.boolean(),
  /** Its queue still grew at the end: reported as overload, its response times never averaged. */
  saturated: z.boolean(),
  findings: z.array(finding),
  gates: z.array(gate),
  ratePerSecond: z.number(),
  /** Measured window after the warm-up was cut, milliseconds from the trial's start. */
  window: z.strictObject({ fromMs: z.number(), toMs: z.number(), cutBy: z.string() }).nullable(),
  /** Requests of the window by outcome; `late` are the ok ones beyond the SLO. */
  counts: z.strictObject({
    offered: z.int(),
    ok: z.int(),
    late: z.int(),
    failed: z.int(),
    byOutcome: z.record(z.string(), z.int()),
  }),
  /** By metric name. */
  metrics: z.record(z.string(), measurement),
  /** Null where the trial has no samples. */
  generator: generatorHealth.nullable(),
  /** Requests answered by each serving worker, in order of its id. */
  servers: z.array(z.strictObject({ server: z.string(), requests: z.int() })),
});
export type TrialResult = z.infer<typeof trialResult>;

/** A variant under a scenario, over all its blocks. */
export const cellResult = z.strictObject({
  variant: z.string(),
  arm: z.enum(arms),
  scenario: z.string(),
  /** valid + invalid + absent = planned; saturated ones are among the valid, absent ones have no samples to measure. */
  trials: z.strictObject({
    planned: z.int(),
    valid: z.int(),
    invalid: z.int(),
    saturated: z.int(),
    absent: z.int(),
  }),
  /**
   * By metric: geometric mean over valid trials with its t interval on logs (a share: arithmetic mean, t interval); null
   * where it is not estimable.
   */
  metrics: z.record(
    z.string(),
    z.strictObject({ estimate: estimate.nullable(), unit: z.string(), why: z.string() }),
  ),
  /**
   * Response-time percentiles of the pooled valid trials, descriptive, for the pictures, with their 95 % band by the
   * hierarchical bootstrap; failures count as +infinity (null), and one trial has no band.
   */
  curve: z.array(
    z.strictObject({
      p: z.number(),
      ms: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  pooled: z.int(),
  /**
   * Means over valid trials by time since the trial's start, warm-up included; responseMs is the mean of the bins' medians,
   * by scheduled instant. Of a disrupted scenario the first block alone: each block is disrupted at other instants, and
   * their mean would show none.
   */
  series: z.array(
    z.strictObject({
      atSeconds: z.number(),
      offeredPerSecond: z.number(),
      completedPerSecond: z.number(),
      inFlight: z.number(),
      responseMs: z.number().nullable(),
    }),
  ),
  findings: z.array(finding),
});
export type CellResult = z.infer<typeof cellResult>;

export const verdicts = ["faster", "slower", "equivalent", "inconclusive"] as const;
export type Verdict = (typeof verdicts)[number];

/** Two arms on one metric under one scenario: statistics.md points 3-7. */
export const comparison = z.strictObject({
  /** `steady/onnx-int8/p50`: the row that a claim links to. */
  id: z.string(),
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  baseline: z.string(),
  treatment: z.string(),
  /** `primary` rows form the Holm family; `secondary` are descriptive; `aa` is the baseline against itself. */
  role: z.enum(["primary", "secondary", "aa"]),
  /** True where a smaller value is better. */
  smallerIsBetter: z.boolean(),
  /** Complete pairs. */
  n: z.int(),
  pairs: z.array(
    z.strictObject({
      block: z.int(),
      baseline: z.number(),
      treatment: z.number(),
      /** Null where the baseline's value is 0: nothing is a multiple of nothing. */
      ratio: z.number().nullable(),
    }),
  ),
  /** treatment / baseline: Hodges-Lehmann with the Walsh-average interval; null where either side is saturated or n is too small. */
  ratio: estimate.nullable(),
  /** The same by the t interval on log ratios, a cross-check. */
  ratioT: estimate.nullable(),
  /** treatment - baseline in the metric's unit. */
  shift: estimate.nullable(),
  /** Share of trial pairs in which the treatment is the better one, ties half. */
  superiority: z.number().nullable(),
  /** Exact two-sided sign-flip permutation. */
  p: z.number().nullable(),
  /** After Holm over the family; null for rows outside it. */
  pHolm: z.number().nullable(),
  /** What the pooled request-level tests would say: descriptive, never used. */
  naive: z.strictObject({ mannWhitneyP: z.number(), ksP: z.number(), requests: z.int() }).nullable(),
  /** Null only where there is nothing to compare; the sentence says why. */
  verdict: z.enum(verdicts).nullable(),
  /** The verdict in words with its figures: the only place a claim is made. */
  sentence: z.string(),
  findings: z.array(finding),
});
export type Comparison = z.infer<typeof comparison>;

/** Variance of log metric within a cell, split into between-trial and within-trial (request sampling) parts. */
export const varianceComponent = z.strictObject({
  variant: z.string(),
  scenario: z.string(),
  metric: z.string(),
  /** Standard deviations on the log scale, so 0.05 is about 5 %. */
  betweenTrials: z.number().nullable(),
  withinTrial: z.number().nullable(),
  n: z.int(),
});

/** A queueing model's figure for a cell beside the measured one. */
export const modelPrediction = z.strictObject({
  /** `steady/baseline/lindley/p50`. */
  id: z.string(),
  model: z.string(),
  /** The law with its symbols and source. */
  law: z.string(),
  /** How wrong the model is known to be, and when. */
  error: z.string(),
  variant: z.string(),
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  /** Null where the model does not apply; `why` then says so. */
  predicted: z.number().nullable(),
  measured: estimate.nullable(),
  /** measured / predicted, with the interval of the measured one. */
  ratio: estimate.nullable(),
  /** Requests that found the service idle: what the model knows of it. */
  serviceRequests: z.int(),
  why: z.string(),
});

/** Variants that differ by their number of workers or replicas alone, under one scenario. */
export const scalingResult = z.strictObject({
  /** `intense/one+two+four`. */
  id: z.string(),
  scenario: z.string(),
  law: z.string(),
  points: z.array(
    z.strictObject({
      variant: z.string(),
      /** Workers over all replicas. */
      units: z.int(),
      /** Under overload, answers per second; null where too few blocks had all sizes overloaded. */
      throughput: estimate.nullable(),
      /** Over the smallest, paired by block; null for the smallest itself. */
      speedup: estimate.nullable(),
    }),
  ),
  /** In which every size was overloaded. */
  blocks: z.int(),
  /** lambda, sigma and kappa of the law; null for fewer than three sizes. */
  perUnit: estimate.nullable(),
  contention: estimate.nullable(),
  coherency: estimate.nullable(),
  /** Units beyond which more do less; null where kappa is not above 0 beyond doubt. */
  peakUnits: z.number().nullable(),
  why: z.string(),
});

/** One step of a ladder of variants: see ladder.ts. */
export const ladderStep = z.strictObject({
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  from: z.string(),
  to: z.string(),
  /** to / from, paired by block; null under overload, or for fewer than four blocks. */
  ratio: estimate.nullable(),
  /** Of the whole way from the baseline to the last variant, on the log scale. */
  share: z.number().nullable(),
  n: z.int(),
});
export type LadderStep = z.infer<typeof ladderStep>;

/** Where the time of a variant's requests went under a scenario, part by part: see stages.ts. */
export const stageCell = z.strictObject({
  variant: z.string(),
  arm: z.enum(arms),
  scenario: z.string(),
  /** Successes that told their stages, and that did not, over the trials used. */
  requests: z.int(),
  silent: z.int(),
  runTexts: estimate.nullable(),
  /** Milliseconds; means add up to that of `response`, quantiles do not. Null where `why` says so, or too few for a quantile. */
  parts: z.array(
    z.strictObject({
      part: z.string(),
      mean: estimate.nullable(),
      p50: estimate.nullable(),
      p99: estimate.nullable(),
    }),
  ),
  /** Share of the mean response time that no named stage accounts for. */
  unnamed: estimate.nullable(),
  why: z.string(),
});
export type StageCell = z.infer<typeof stageCell>;

/** One loop of a pair: means over valid trials. */
const loopSeen = z.strictObject({
  p50Ms: z.number().nullable(),
  meanMs: z.number().nullable(),
  perSecond: z.number().nullable(),
  /** Measured, over all trials. */
  requests: z.int(),
});

/** A closed loop and the open loop on the same schedule, for one variant. */
export const twinResult = z.strictObject({
  /** The two scenarios. */
  closed: z.string(),
  open: z.string(),
  variant: z.string(),
  users: z.int(),
  /** Of the schedule; the open loop's offered rate. */
  ratePerSecond: z.number().nullable(),
  /** Mean think time of each user. */
  thinkMs: z.number().nullable(),
  /** Valid ones, and the open ones among them that were overloaded. */
  trials: z.strictObject({ closed: z.int(), open: z.int(), overloaded: z.int() }),
  /** users / (think + response of the closed loop). */
  predictedPerSecond: z.number().nullable(),
  /** Of the service by the open loop: rate x response of the closed loop / servers; null with several users. */
  utilisation: z.number().nullable(),
  seen: z.strictObject({ closed: loopSeen, open: loopSeen }),
  sentence: z.string(),
});

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

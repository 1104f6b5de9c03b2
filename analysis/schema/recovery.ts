/** Recovery in analysis.json: every injection with its figures, and what they say over the injections of a cell. */
import { z } from "zod";

const nullableMs = z.number().nullable();

export const observation = z.strictObject({
  value: z.number().nullable(),
  /** The event had not come when the observation ended: the value is a lower bound. */
  censored: z.boolean(),
  why: z.string(),
});

const series = z.array(z.number().nullable());

export const injectionResult = z.strictObject({
  trial: z.string(),
  block: z.int(),
  scenario: z.string(),
  variant: z.string(),
  arm: z.enum(["main", "aa"]),
  index: z.int(),
  subject: z.string(),
  mechanism: z.string(),
  intendedMs: z.number(),
  /** From the trial's start; null where it was never started. */
  startedMs: nullableMs,
  /** End of what it answers for. */
  endMs: nullableMs,
  /** Why it is in no figure; empty where it is. */
  excluded: z.string(),
  before: z.strictObject({ onTime: z.number(), requests: z.int() }).nullable(),
  /** Requests of its window: offered = ok + late + failed + lost. `ok` is on time, unlike in the counts of a trial. */
  account: z
    .strictObject({
      offered: z.int(),
      ok: z.int(),
      late: z.int(),
      failed: z.int(),
      lost: z.int(),
      duplicates: z.int(),
      unaccounted: z.int(),
    })
    .nullable(),
  /** Offered load per server before it. */
  utilisation: z.number().nullable(),
  /** The service level was broken again after it had been sustained. */
  brokenAgain: z.boolean(),
  /** By measure; empty for an excluded one. */
  values: z.record(z.string(), observation),
  /** Observed events, in time since its start. */
  events: z.array(
    z.strictObject({ afterMs: z.number(), source: z.string(), kind: z.string(), subject: z.string() }),
  ),
  /** By bin of the scenario's grid. */
  series: z.strictObject({ responseMs: series, badShare: series, latenessMs: series }).nullable(),
});
export type InjectionResult = z.infer<typeof injectionResult>;

export const spreads = ["order statistics", "blocks", "none"] as const;

/** A median over injections. */
export const medianEstimate = z.strictObject({
  /** Kaplan and Meier's where some were censored; null where it lies beyond what was observed, as each end. */
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Of the interval, exact; held or exceeded where some were censored. Null where there is none. */
  level: z.number().nullable(),
  /** Injections, and the trials that they share. */
  n: z.int(),
  trials: z.int(),
  censored: z.int(),
  /**
   * How the interval was made: order statistics over injections; `blocks`, over one injection of each block, where trials
   * hold several; `none` where these are fewer than four blocks.
   */
  interval: z.enum(spreads),
});
export type MedianEstimate = z.infer<typeof medianEstimate>;

const bin = z.strictObject({
  /** Beginning of the bin, seconds since the injection. */
  atSeconds: z.number(),
  /** Injections that reach it. */
  n: z.int(),
  responseMs: nullableMs,
  responseLowMs: nullableMs,
  responseHighMs: nullableMs,
  badShare: nullableMs,
  latenessMs: nullableMs,
});

export const recoveryCell = z.strictObject({
  scenario: z.string(),
  variant: z.string(),
  arm: z.enum(["main", "aa"]),
  disruption: z.string(),
  mechanisms: z.array(z.string()),
  replicas: z.array(z.int()),
  injections: z.strictObject({
    planned: z.int(),
    /** In the figures. */
    measured: z.int(),
    /** Of these: the level was broken; of those: it was sustained; of those: it was broken again. */
    broken: z.int(),
    sustained: z.int(),
    brokenAgain: z.int(),
    /** Never started, failed, not steady before, or of an invalid or absent trial. */
    excluded: z.int(),
  }),
  trials: z.int(),
  /** By measure: the median over injections and the sum; null with the reason where there is none. */
  measures: z.record(
    z.string(),
    z.strictObject({
      unit: z.string(),
      median: medianEstimate.nullable(),
      total: z.number(),
      why: z.string(),
    }),
  ),
  /** Sums over the measured injections; the identity holds for them too. */
  account: z.strictObject({
    offered: z.int(),
    ok: z.int(),
    late: z.int(),
    failed: z.int(),
    lost: z.int(),
  }),
  /**
   * Kaplan-Meier estimate of the share that is not yet back at its service level, with its band; null where trials hold
   * several injections, since it takes them as independent.
   */
  notYet: z.array(
    z.strictObject({
      ms: z.number(),
      share: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      atRisk: z.int(),
    }),
  ),
  /** Over the injections that have the event: the time from the injection to the first of its kind, in ms. */
  events: z.array(
    z.strictObject({
      source: z.string(),
      kind: z.string(),
      n: z.int(),
      /** Null, with the reason, where the injections are too few. */
      median: medianEstimate.nullable(),
      why: z.string(),
    }),
  ),
  /** Median and quartiles over injections, bin by bin. */
  series: z.array(bin),
  sentence: z.string(),
  /** What qualifies the figures, one sentence each. */
  notes: z.array(z.string()),
});
export type RecoveryCell = z.infer<typeof recoveryCell>;

export const recoveryResult = z.strictObject({
  /** What the service level and its return are judged by. */
  rules: z.strictObject({
    windowSeconds: z.number(),
    holdSeconds: z.number(),
    beforeSeconds: z.number(),
  }),
  cells: z.array(recoveryCell),
  injections: z.array(injectionResult),
});
export type RecoveryResult = z.infer<typeof recoveryResult>;

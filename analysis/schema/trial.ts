/** One trial: whether it counts, and what was measured in it. */
import { z } from "zod";
import { finding } from "../figures/figures.ts";
import { arms, generatorHealth, machineReadings } from "./results-folder.ts";

/** One metric of one trial. */
export const measurement = z.strictObject({
  /** Null where it is not estimable; `why` then says so. */
  value: z.number().nullable(),
  unit: z.string(),
  /** Requests it rests on. */
  n: z.int(),
  why: z.string(),
  /** Least and most that it can have been with every request sent on time; left out where lateness cannot have moved it. */
  onTime: z.strictObject({ low: z.number(), high: z.number() }).optional(),
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
  /** What the machine could do around it; left out in runs of before it was looked at, and without samples. */
  machine: machineReadings.extend({ startedAt: z.string() }).optional(),
  /** Of a trial that is compared on response times or what follows from them. */
  sends: z
    .strictObject({
      /** The compared metric with response times from the sent instant in place of the scheduled one. */
      fromSent: z.number().nullable(),
      /** Requests that lateness made meet others than they would have: another order, or another overlap. */
      touched: z.int(),
      /** Of sent - scheduled: highest quantile that the trial has requests for, at most the 99th percentile. */
      lateMs: z.number().nullable(),
      lateAt: z.string(),
    })
    .optional(),
  /** Requests answered by each serving worker, in order of its id. */
  servers: z.array(z.strictObject({ server: z.string(), requests: z.int() })),
});
export type TrialResult = z.infer<typeof trialResult>;

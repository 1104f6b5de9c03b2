/**
 * The contents of a study, as data: the schema of every study file, built-in or the user's. It is strict: an unknown
 * key is an error. Defaults are here, each with its reason.
 */
import { z } from "zod";
import { arrivalSpec } from "../arrivals/index.ts";
import { objectiveSpec } from "./objective.ts";

export { type ArrivalSpec, arrivalSpec } from "../arrivals/index.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "lower-case letters, digits and dashes");
const positive = z.number().positive().finite();

/** How fast: a share of the baseline's measured capacity (the same on any machine), or literally. */
export const rateSpec = z.union([
  z.strictObject({ utilisation: positive.max(10) }),
  z.strictObject({ perSecond: positive.max(1_000_000) }),
]);
export type RateSpec = z.infer<typeof rateSpec>;

/** A fault that is injected while the load runs, and when. The rest of the scenario stays as it is. */
export const disruptionSpec = z.strictObject({
  kind: name,
  /** Occurrences in one trial. */
  injections: z.int().min(1).max(1000),
  /** From the end of the warm-up to the first injection's slot. */
  firstAfterSeconds: z.number().min(0).max(86_400),
  /** Length of an injection's slot. */
  everySeconds: positive.max(86_400),
  /**
   * Its instant is uniform on this first part of the slot; the rest is left to recover. As long as the longest period of
   * what is disrupted, so that it is hit at every point of it. Half a slot where none is given.
   */
  phaseSeconds: positive.max(86_400).optional(),
  /** The kind's own, each with its default there. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type DisruptionSpec = z.infer<typeof disruptionSpec>;

export const scenarioSpec = z.strictObject({
  name,
  description: z.string(),
  arrival: arrivalSpec,
  rate: rateSpec,
  durationSeconds: positive.max(86_400),
  /** Of a service of the user's own the only one: its payload file. */
  payload: name.default("requests"),
  /** Scenario of the same study whose arrival and payload seed this one shares, for a comparison on one schedule. */
  twinOf: name.optional(),
  disruption: disruptionSpec.optional(),
});
export type ScenarioSpec = z.infer<typeof scenarioSpec>;

export const estimands = ["p50", "p95", "p99", "mean", "throughput", "goodput"] as const;
export type Estimand = (typeof estimands)[number];

export const studySpec = z.strictObject({
  name,
  description: z.string(),
  target: z.enum(["process", "k3s", "k3s-docker", "cluster", "url", "simulated"]).default("process"),
  /** The service under test: a service file, relative to the study's file, or a built-in name; default: sentiment. */
  service: z.string().min(1).optional(),
  /** Variants beside the service's own, each a choice of its settings. */
  choices: z.record(name, z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))).optional(),
  /** Which model is served, by a service that has a choice of them. */
  model: name.optional(),
  /** The variant every other one is compared with. */
  baseline: name,
  /** Treatments, without the baseline. */
  variants: z.array(name).min(1).max(32),
  scenarios: z.array(scenarioSpec).min(1).max(32),
  /** Complete replicates of every cell; eight reach alpha .05 under Holm over six comparisons. */
  blocks: z.int().min(1).max(200),
  /**
   * Further blocks, run only to replace blocks that the generator or the machine made invalid: analysis/plan/spare-blocks.ts.
   * Left out, there are none.
   */
  spareBlocks: z.int().min(0).max(200).optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(20260420),
  /** Baseline against itself in every block: the false alarm the study would raise on nothing. */
  aa: z.boolean().default(true),
  primary: z.enum(estimands).default("p50"),
  secondary: z.array(z.enum(estimands)).default(["p95", "p99", "mean", "throughput", "goodput"]),
  slo: z.strictObject({
    /** A success later than this after its scheduled instant is late. */
    responseMs: positive.max(600_000),
  }),
  alpha: z.number().gt(0).lt(0.5).default(0.05),
  /** Ratios within 1 +- this are equivalent for practice. */
  equivalence: z.number().gt(0).lt(1).default(0.05),
  /** Load before each trial that is driven, recorded and left out. */
  warmupSeconds: z.number().min(0).max(3600).default(1),
  /** Client-side limit per request; a request past it is a `timeout`. */
  timeoutMs: positive.max(600_000).default(30_000),
  /** Closed-loop capacity measurement of the baseline before the first block. */
  calibrationSeconds: positive.max(600).default(10),
  /**
   * Every answer tells its stages, for the table of where the time goes; off where it is left out, since the telling has a
   * cost of its own.
   */
  stages: z.boolean().optional(),
  /** The variants are single steps in this order: the report tells what each is worth over the one before. */
  ladder: z.boolean().optional(),
  /** `refuse` ends a plan that cannot reach its own alpha; `warn` says so and goes on. */
  underpowered: z.enum(["refuse", "warn"]).default("refuse"),
  /** Limits that the service has to keep: each is judged met, missed or not shown, with an exit code of its own. */
  objectives: z.array(objectiveSpec).min(1).max(100).optional(),
  /** Trials that are too short at the measured capacity become as long as they must, at most ten times; off where left out. */
  lengthen: z.boolean().optional(),
});
export type StudySpec = z.infer<typeof studySpec>;
/** As it is written: a variant may be its settings, `{ workers: 4 }`, with a `name` where it is to have one. */
export type StudyInput = Omit<z.input<typeof studySpec>, "baseline" | "variants"> & {
  readonly baseline: VariantInput;
  readonly variants: readonly VariantInput[];
};
export type VariantInput = string | { readonly name?: string; readonly [setting: string]: unknown };

/** The scenario of that study that a trial, an arm or a cell is of. */
export function scenarioOf(
  { scenarios }: Pick<StudySpec, "scenarios">,
  { scenario }: { readonly scenario: string },
): ScenarioSpec {
  return scenarios.find(({ name }) => name === scenario)!;
}

/** Requests per second; undefined for a share of an unmeasured capacity. */
export function rateOf(
  rate: ScenarioSpec["rate"],
  capacityPerSecond: number | undefined,
): number | undefined {
  if ("perSecond" in rate) return rate.perSecond;
  return capacityPerSecond === undefined ? undefined : rate.utilisation * capacityPerSecond;
}

/** No rate of it is a share of the baseline's capacity. */
export function statesRates({ scenarios }: Pick<StudySpec, "scenarios">): boolean {
  return scenarios.every(({ rate }) => "perSecond" in rate);
}

/** A study as it is written down: it may say what is different on another target than its own. */
export type StudyFile = StudyInput & {
  readonly perTarget?: { readonly [target in StudySpec["target"]]?: Partial<StudyInput> };
};

/** What the file says for a target: its own, unless another one is asked for. Not yet checked. */
export function studyFor(file: object, asked?: StudySpec["target"]): object {
  const { perTarget: differences, ...study } = file as Partial<StudyFile>;
  return { ...study, ...differences?.[asked ?? study.target ?? "process"] };
}

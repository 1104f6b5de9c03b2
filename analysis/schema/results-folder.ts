/**
 * The results folder, as schemas: what the runner writes and all the analysis ever reads.
 *
 *   results/<study>/<run>/
 *     plan.json                     PlanFile: written and hashed before the first request
 *     manifest.json                 ManifestFile: provenance of every part
 *     trials/<trial id>/trial.json  TrialFile: written last, atomically; its presence means "finished"
 *     trials/<trial id>/samples.parquet
 *     trials/<trial id>/timeline.json   TimelineFile (workloads/samples/timeline.ts), of a trial with a disruption
 *     answers/<variant>.json        vectors and numbers of some answers, where variants are compared by them; not read here
 *     analysis.json report.html report.md
 */
import { z } from "zod";
import { studySpec } from "../../workloads/spec/spec.ts";
import { agreement, answersAgreement } from "../quality/quality.ts";

export const schemaVersion = 1;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** `aa` is the baseline deployed a second time in the same block, compared with `main` of the baseline. */
export const arms = ["main", "aa"] as const;

/** The name of a folder: the schema keeps it within the results, whoever wrote the plan. */
const trialId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,199}$/, "lower-case letters, digits and dashes, as the name of one folder");

export const plannedTrial = z.strictObject({
  /** `b03-2-onnx-int8-main-steady`: block, position in the block, variant, arm, scenario. */
  id: trialId,
  block: z.int().min(0),
  /** Position of the deployment in the block's random order. */
  deployment: z.int().min(0),
  variant: z.string(),
  arm: z.enum(arms),
  scenario: z.string(),
  /** Seed of the arrivals and payloads: one per block and scenario, shared by all variants. */
  seed: z.int().min(0),
});
export type PlannedTrial = z.infer<typeof plannedTrial>;

export const planFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  /** Shown only, never opened. */
  run: z.string().max(200),
  createdAt: z.string(),
  study: studySpec,
  /** In the order they are run: the study's blocks, then its spare ones, which are run only where spare-blocks.ts says. */
  trials: z.array(plannedTrial),
  /** Of the study and the trials, canonically serialised. */
  digest,
});
export type PlanFile = z.infer<typeof planFile>;

export const calibration = z.strictObject({
  variant: z.string(),
  /** Closed-loop throughput at saturation, answers per second. */
  capacityPerSecond: z.number().positive(),
  connections: z.int().positive(),
  seconds: z.number().positive(),
  n: z.int().min(0),
});
export type Calibration = z.infer<typeof calibration>;

const lengthDistribution = z.strictObject({
  mean: z.number(),
  /** Hyndman-Fan 7 over all texts of the set; p 0 is the shortest, p 1 the longest. */
  quantiles: z.array(z.strictObject({ p: z.number(), length: z.number() })),
});

export const manifestFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  planDigest: digest,
  testbedVersion: z.string(),
  /** Commit of the checkout and whether it had local changes. */
  source: z.strictObject({ commit: z.string(), dirty: z.boolean() }),
  machine: z.strictObject({
    os: z.string(),
    kernel: z.string(),
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    node: z.string(),
  }),
  /** Every part of the toolchain: version and where it came from (`path`, `official download`, `go modules`, ...). */
  toolchain: z.array(
    z.strictObject({ part: z.string(), version: z.string(), origin: z.string(), note: z.string() }),
  ),
  /** What was measured; left out by runs of before a service was data, which all measured the sentiment service. */
  service: z
    .strictObject({
      name: z.string(),
      description: z.string(),
      /** Of what its file says. */
      digest: z.string(),
      /** `bentoml`, `command`, `image`, `url` ... */
      kind: z.string(),
      /** Whether its answers have labels that are compared with the baseline's. */
      labels: z.boolean(),
      /** By variant, the share of equal labels that its service declares, where that is not the gate's own limit. */
      leastLabels: z.record(z.string(), z.number()).optional(),
      /** Whether a published paper measured it. */
      paper: z.boolean(),
    })
    .optional(),
  /** By variant, what it works on at the same time; null where its service does not say. Left out by runs of before. */
  shapes: z
    .record(
      z.string(),
      z
        .strictObject({
          replicas: z.int().positive(),
          /** Of one copy: processes that accept connections. */
          processes: z.number().positive(),
          /** Of one copy: requests, or batches of them, at the same time. */
          servers: z.number().positive(),
          /** Requests in one batch, at most. */
          batch: z.number().positive(),
        })
        .nullable(),
    )
    .optional(),
  /** Null for a service that has no choice of models. */
  model: z
    .strictObject({
      name: z.string(),
      digest: z.string(),
      licence: z.string(),
      synthetic: z.boolean(),
      /** True where no model was served at all. */
      simulated: z.boolean().optional(),
      note: z.string(),
    })
    .nullable(),
  payload: z.array(
    z.strictObject({
      name: z.string(),
      digest,
      count: z.int(),
      source: z.string(),
      licence: z.string(),
      synthetic: z.boolean(),
      /** Unicode code points of a text. */
      characters: lengthDistribution.nullable().default(null),
      /** Tokens that the model makes of it; null where its tokeniser is not known here. */
      tokens: lengthDistribution.nullable().default(null),
      /** Of a request's body; null for sets of texts. */
      bytes: z
        .strictObject({
          least: z.number(),
          median: z.number(),
          mean: z.number(),
          p99: z.number(),
          most: z.number(),
          total: z.number(),
        })
        .nullable()
        .default(null),
    }),
  ),
  /** The full settings of every variant in the study, by name. */
  variants: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  calibration: calibration.nullable(),
  /**
   * By variant: how far its answers are from the baseline's. Over the corpus, where `testbed quality` was asked before; else over
   * some requests of the payload, asked outside the trials, of a service that declares it for vectors or numbers.
   */
  quality: z
    .record(
      z.string(),
      z.strictObject({ file: z.string(), agreement: z.union([agreement, answersAgreement]) }),
    )
    .optional(),
  /** Things a reader must know: fallbacks taken, parts that are synthetic, threats to validity. */
  notes: z.array(z.string()),
});
export type ManifestFile = z.infer<typeof manifestFile>;

/** What the generator says of itself, see GeneratorHealth in workloads/samples/sample.ts. */
export const generatorHealth = z.strictObject({
  workers: z.int(),
  scheduled: z.int(),
  recorded: z.int(),
  latenessMs: z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() }),
  cpuCores: z.number(),
  wallSeconds: z.number(),
  throttledShare: z.number().nullable().default(null),
  nice: z.int(),
  priorityNote: z.string().optional(),
  nodes: z.array(z.string()).readonly().optional(),
  /** Runs of before it was recorded do not say. */
  realTime: z.boolean().optional(),
  connectionsOpened: z.int(),
  /** The service was found to serve one connection at a time; left out where it was not. */
  servesOneConnection: z.boolean().optional(),
  partial: z.boolean(),
});

/** One look of the machine probe, the mean over its cores: see study/machine/machine-probe.ts. */
export const machineReading = z.strictObject({
  /** Million steps per second and core. */
  arithmetic: z.number().positive(),
  /** GB read and written per second and core, past the caches. */
  memory: z.number().positive(),
  /** How late the worst of a few sleeps of 1 ms ended, ms. */
  wakeMs: z.number().min(0),
});

/** Before the trial's deployment was brought up, with nothing deployed; before its load, and after. */
export const machineReadings = z.strictObject({
  deployed: machineReading,
  before: machineReading,
  after: machineReading,
});

export const trialFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  planDigest: digest,
  id: trialId,
  status: z.enum(["finished", "failed", "partial"]),
  /** Empty unless failed: one sentence. */
  error: z.string(),
  startedAt: z.string(),
  /** Requests per second of the schedule's law. */
  ratePerSecond: z.number().positive(),
  durationSeconds: z.number().positive(),
  scheduleDigest: digest,
  /** Of samples.parquet. */
  samplesDigest: digest.nullable(),
  /** Of timeline.json; null where the scenario has no disruption, as in every run before there were any. */
  timelineDigest: digest.nullable().default(null),
  generator: generatorHealth.nullable(),
  /** Seconds spent in each step of the deployment this trial ran on. */
  deployment: z.strictObject({
    upSeconds: z.number(),
    readySeconds: z.number(),
    /**
     * Deployed once more before this trial: the service did not work off what the one before had left it, or that one's
     * disruption ended containers of it.
     */
    anew: z.boolean().optional(),
    /** Of a cluster, on which its pods ran; left out where there is no cluster. */
    nodes: z.array(z.string()).readonly().optional(),
    /** An intermediary between generator and service, such as a proxy. */
    through: z.string().optional(),
  }),
  /** CPU time stolen by the hypervisor during the trial, share of all CPU time; null where unknown. */
  steal: z.number().nullable(),
  /** What the machine could do around the trial; left out in runs of before it was looked at. */
  machine: machineReadings.optional(),
  /** Seconds for which the trial waited because the machine was slow; left out without --await-quiet. */
  waitedSeconds: z.number().nonnegative().optional(),
  /** Share of the service's CPU quota periods in which it was throttled, the worst container; null where not known. */
  serviceThrottledShare: z.number().nullable().default(null),
});
export type TrialFile = z.infer<typeof trialFile>;

/**
 * The sentiment service: everything that a service file can say, as data. Its variants are in infra/variants/; the
 * parts that need code are in parts.ts.
 */
import { variants } from "../../variants/index.ts";
import type { Variant as RoomVariant } from "../../variants/variant.ts";
import { lifecycleSettings, usualLifecycle } from "../definition/lifecycle.ts";
import type { ServiceInput, VariantSpec } from "../definition/service.ts";
import type { SettingSpec } from "../definition/setting.ts";
import { sentimentJudge } from "./asked.ts";

const onOff = { true: "on", false: "off" };
const batches = { batching: ["dispatcher", "queue"] };
const environment = (name: string) => ({ environment: name });

const whole = (name: string, most: number, usual: number, when?: SettingSpec["when"]): SettingSpec => ({
  type: "integer",
  minimum: 1,
  maximum: most,
  default: usual,
  to: environment(name),
  ...(when === undefined ? {} : { when }),
});
const toggle = (name: string, usual = false, when?: SettingSpec["when"]): SettingSpec => ({
  type: "boolean",
  default: usual,
  to: { environment: name, written: onOff },
  ...(when === undefined ? {} : { when }),
});

/** Who shares the cores, how large a run may be, and whether the queue is by length or by arrival: what `tune` tries. */
const tried = (spec: SettingSpec, values: readonly (number | boolean)[]): SettingSpec =>
  ({ ...spec, tune: [...values] }) as SettingSpec;

const settings: Record<string, SettingSpec> = {
  runtime: {
    type: "enum",
    values: ["torch", "torch-bf16", "torch-per-call", "onnx", "onnx-int8"],
    default: "torch",
    to: environment("TESTBED_RUNTIME"),
  },
  graph: {
    type: "enum",
    values: ["none", "all", "no-skip-layer-norm"],
    default: "all",
    to: environment("TESTBED_GRAPH"),
  },
  workers: tried(whole("TESTBED_WORKERS", 64, 1), [1, 2]),
  threads: {
    type: "integer",
    minimum: 1,
    maximum: 64,
    default: 1,
    to: [environment("TESTBED_THREADS"), environment("OMP_NUM_THREADS")],
  },
  tracing: toggle("TESTBED_TRACING", true),
  spinning: toggle("TESTBED_SPINNING"),
  replicas: { type: "integer", minimum: 1, maximum: 64, default: 1, to: "replicas" },
  supervised: { type: "boolean", default: false, to: "supervised" },
  stages: toggle("TESTBED_STAGES"),
  ...lifecycleSpace(),
  batching: {
    type: "enum",
    values: ["off", "dispatcher", "queue"],
    default: "off",
    to: environment("TESTBED_BATCHING"),
  },
  batchMaxSize: tried(whole("TESTBED_BATCH_MAX_SIZE", 256, 32, batches), [8, 32]),
  batchMaxLatencyMs: whole("TESTBED_BATCH_MAX_LATENCY_MS", 600_000, 60_000, batches),
  lengthBuckets: tried(toggle("TESTBED_LENGTH_BUCKETS", false, batches), [true, false]),
  maxTokens: whole("TESTBED_RUN_MAX_TOKENS", 1_000_000, 256, batches),
  streams: tried(whole("TESTBED_STREAMS", 64, 1, batches), [1, 2]),
  pinned: toggle("TESTBED_PINNED", false, batches),
};

export function sentimentDefinition(): ServiceInput {
  return {
    name: "sentiment",
    description: "a sentiment classifier in BentoML with many configurations",
    run: {
      kind: "bentoml",
      project: ".",
      service: "service:Sentiment",
      requirements: "requirements.lock",
      inheritEnvironment: false,
      environment: { BENTOML_DO_NOT_TRACK: "True" },
    },
    settings,
    variants: Object.fromEntries(
      Object.entries<RoomVariant>(variants).map(([name, variant]) => [name, choiceOf(variant)]),
    ),
    ready: { path: "/ready", livePath: "/livez" },
    startSeconds: 180,
    drainSeconds: 10,
    ask: { path: "/classify" },
    judge: sentimentJudge,
    concurrency: {
      processes: "workers",
      servers: { product: ["workers", "streams"] },
      batch: "batchMaxSize",
    },
    cores: { product: ["workers", "threads", "streams"] },
    resources: {
      // A limit below what the inference threads can use would measure the throttle.
      cpu: { product: ["workers", "threads", "streams"] },
      /** Resident size of one worker as measured with the paper's model, plus memory for the largest batches, MiB. */
      memory: {
        sum: [
          300,
          {
            product: [
              "workers",
              {
                by: "runtime",
                is: {
                  torch: 1800,
                  "torch-bf16": 1800,
                  "torch-per-call": 2400,
                  onnx: 1800,
                  "onnx-int8": 1200,
                },
              },
            ],
          },
        ],
      },
    },
    never: [
      {
        where: { spinning: [true], threads: { atMost: 1 } },
        because: "only ONNX Runtime with several threads can spin",
      },
      {
        where: { spinning: [true], runtime: ["torch", "torch-bf16", "torch-per-call"] },
        because: "only ONNX Runtime with several threads can spin",
      },
      {
        where: { batching: ["dispatcher"], streams: { atLeast: 2 } },
        because: "the dispatcher runs one batch at a time",
      },
      {
        where: { batching: ["dispatcher"], pinned: [true] },
        because: "only the queue's threads can be pinned",
      },
      {
        where: { batching: batches.batching, batchMaxLatencyMs: { atMost: 9 } },
        because: "a limit of less than 10 ms refuses all",
      },
    ],
    workers: true,
    stages: "stages",
  };
}

function lifecycleSpace(): Record<string, SettingSpec> {
  const of = (path: string, usual: number, most: number, least = 1): SettingSpec => ({
    type: "integer",
    minimum: least,
    maximum: most,
    default: usual,
    to: `lifecycle.${path}` as "lifecycle.preStopSeconds",
  });
  const { readiness, liveness, preStopSeconds } = usualLifecycle;
  return {
    readinessPeriodSeconds: of("readiness.periodSeconds", readiness.periodSeconds, 300),
    readinessTimeoutSeconds: of("readiness.timeoutSeconds", readiness.timeoutSeconds, 300),
    readinessFailureThreshold: of("readiness.failureThreshold", readiness.failureThreshold, 100),
    livenessPeriodSeconds: of("liveness.periodSeconds", liveness.periodSeconds, 300),
    livenessTimeoutSeconds: of("liveness.timeoutSeconds", liveness.timeoutSeconds, 300),
    livenessFailureThreshold: of("liveness.failureThreshold", liveness.failureThreshold, 100),
    preStopSeconds: of("preStopSeconds", preStopSeconds, 25, 0),
  };
}

/** A variant of the catalog as a choice of settings. */
export function choiceOf(variant: RoomVariant): VariantSpec {
  const { description, batching, tolerance, lifecycle, ...rest } = variant;
  // What is left out has its default.
  const own = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    description,
    agreement: {
      label: { least: tolerance.agreement },
      shift: { most: tolerance.probabilityShift },
    },
    ...own,
    ...(lifecycle === undefined ? {} : lifecycleSettings(lifecycle)),
    batching: batching?.by ?? "off",
    ...(batching === null
      ? {}
      : {
          batchMaxSize: batching.maxSize,
          batchMaxLatencyMs: batching.maxLatencyMs,
          lengthBuckets: batching.lengthBuckets,
          maxTokens: batching.maxTokens,
          streams: batching.streams,
          pinned: batching.pinned ?? false,
        }),
  };
}

/**
 * A whole analysis with everything a report must cope with: a baseline overloaded under `intense`, an invalid trial, a
 * failed one, percentiles that are not estimable, skewed workers, an A/A control. Invented throughout: the numbers are
 * drawn from a seed and say nothing about any model or machine.
 */
import type { ManifestFile, PlanFile, PlannedTrial } from "../../../analysis/folder.ts";
import type {
  Analysis,
  CellResult,
  Comparison,
  Estimate,
  Finding,
  Gate,
  Measurement,
  TrialResult,
} from "../../../analysis/result.ts";
import { planFile } from "../../../study/plan.ts";
import { studySpec } from "../../../workloads/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

const study = studySpec.parse({
  ...quick,
  description:
    "Invented data: is int8 ONNX Runtime, or the optimised stack, faster than the PyTorch baseline?",
});

export const plan: PlanFile = planFile(study, "2026-01-02T03-04-05Z", "2026-01-02T03:04:05.000Z");

const fake = (digit: string) => `sha256:${digit.repeat(64)}`;

export const manifest: ManifestFile = {
  schemaVersion: 1,
  planDigest: plan.digest,
  testbedVersion: "0.1.0",
  source: { commit: "0123456789abcdef0123456789abcdef01234567", dirty: true },
  machine: {
    os: "Linux x64",
    kernel: "6.1.0-invented",
    cpu: "Invented CPU @ 2.50GHz",
    cores: 2,
    memoryBytes: 8_323_072_000,
    node: "v20.11.0",
  },
  toolchain: [
    {
      part: "pulumi",
      version: "3.259.0",
      origin: "go modules",
      note: "the official download did not answer",
    },
    { part: "python", version: "3.11.2", origin: "path", note: "" },
    { part: "torch", version: "2.15.0", origin: "package index", note: "CUDA build, run on the CPU" },
  ],
  model: {
    name: "roberta-base",
    digest: fake("a"),
    licence: "MIT (vocabulary)",
    synthetic: true,
    note: "synthetic: a random encoder of RoBERTa-base's shape with a fitted head; speed and memory are real, answers are not",
  },
  payload: [
    {
      name: "reviews-and-tweets",
      digest: fake("b"),
      count: 2000,
      source: "Hutto and Gilbert, ICWSM 2014",
      licence: "MIT",
      synthetic: false,
    },
  ],
  variants: {
    baseline: {
      description: "PyTorch eager fp32",
      runtime: "torch",
      workers: 1,
      threads: 1,
      batching: false,
    },
    "onnx-int8": {
      description: "ONNX Runtime int8",
      runtime: "onnx-int8",
      workers: 1,
      threads: 1,
      batching: false,
    },
    optimized: {
      description: "ONNX Runtime int8, two workers, batching",
      runtime: "onnx-int8",
      workers: 2,
      threads: 1,
      batching: true,
      batchMaxSize: 8,
      batchMaxLatencyMs: 60000,
      lengthBuckets: true,
    },
  },
  calibration: { variant: "baseline", capacityPerSecond: 11.83, connections: 16, seconds: 10, n: 118 },
  notes: [
    "Generator and service share this machine's cores; the generator's share is in the table of its health.",
  ],
};

/** Median in ms, spread of the log, and requests per second that the cell sustains. */
const laws: Record<string, { medianMs: number; spread: number; capacity: number }> = {
  baseline: { medianMs: 118, spread: 0.62, capacity: 11.8 },
  "onnx-int8": { medianMs: 23.4, spread: 0.5, capacity: 55 },
  optimized: { medianMs: 21.9, spread: 0.42, capacity: 107 },
};
const burst: Record<string, number> = { steady: 1, bursty: 1.7, intense: 1.25 };
/** So that more than one verdict is seen: the medians of these cells times this. */
const detour: Record<string, number> = { "bursty/optimized": 5.1, "bursty/onnx-int8": 6.6 };
const utilisation: Record<string, number> = { steady: 0.6, bursty: 0.6, intense: 1.5 };
const capacity = 11.83;
const shares = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1];
const invalidTrial = { block: 5, variant: "onnx-int8", scenario: "bursty" };
const failedTrial = { block: 2, variant: "optimized", scenario: "steady" };

/** Every trial's figures come from its own seed, so that a change to one cell leaves the others alone. */
export function analysisFixture(): Analysis {
  const trials = plan.trials.map(trialResult);
  const cells = cellKeys().map((key) => cellResult(key, trials));
  const count = (test: (trial: TrialResult) => boolean) => trials.filter(test).length;
  return {
    schemaVersion: 1,
    study: study.name,
    description: study.description,
    run: plan.run,
    planDigest: plan.digest,
    complete: false,
    counts: {
      planned: trials.length,
      finished: count(({ status }) => status === "finished"),
      failed: count(({ status }) => status === "failed"),
      absent: 0,
      valid: count(({ valid, saturated }) => valid && !saturated),
      invalid: count(({ valid, status }) => !valid && status === "finished"),
      saturated: count(({ saturated }) => saturated),
    },
    synthetic: ["the model's weights: a random encoder of RoBERTa-base's shape; no accuracy is claimed"],
    resolution: {
      reachesAlpha: true,
      smallestP: 0.046875,
      comparisons: 6,
      sentence: "With 8 blocks and 6 comparisons the smallest p after Holm is .047, within alpha .05.",
    },
    findings: [
      finding(
        "warning",
        "high-steal",
        "The hypervisor took 3.1 % of the CPU time during 2 trials (limit 2 %).",
        "Repeat on a quieter machine.",
      ),
    ],
    comparisons: comparisons(trials),
    cells,
    variance: cells
      .filter(({ arm }) => arm === "main")
      .map(({ variant, scenario, trials: { saturated } }) => ({
        variant,
        scenario,
        metric: "p50",
        betweenTrials: saturated > 0 ? null : 0.03 + 0.04 * random(`${variant}${scenario}between`)(),
        withinTrial: saturated > 0 ? null : 0.05 + 0.04 * random(`${variant}${scenario}within`)(),
        n: saturated > 0 ? 0 : 8,
      })),
    trials,
  };
}

function trialResult(planned: PlannedTrial): TrialResult {
  const { id, block, variant, arm, scenario } = planned;
  const draw = random(id);
  const rate = capacity * utilisation[scenario]!;
  const law = laws[variant]!;
  const saturated = law.capacity < rate;
  const failed = isAt(planned, failedTrial);
  const invalid = isAt(planned, invalidTrial);
  const offered = Math.round(rate * 5.2 * (0.94 + 0.12 * draw()));
  const factor =
    Math.exp(0.3 * (draw() - 0.5) + 0.08 * (random(`block ${block}`)() - 0.5)) * burst[scenario]!;
  const at = (share: number) =>
    law.medianMs *
    factor *
    (arm === "aa" ? 1 : (detour[`${scenario}/${variant}`] ?? 1)) *
    Math.exp(law.spread * burst[scenario]! * normal(share));
  const ok = saturated ? Math.round(law.capacity * 5.2) : offered - (draw() < 0.1 ? 1 : 0);
  const late = saturated ? Math.round(ok * 0.7) : Math.round(offered * 0.01 * burst[scenario]! * draw());
  if (failed) return failedResult(planned, rate);
  return {
    id,
    block,
    variant,
    arm,
    scenario,
    status: "finished",
    error: "",
    valid: !invalid,
    saturated,
    findings: [
      ...(saturated
        ? [
            finding(
              "note",
              "saturated",
              "17 requests were waiting when the load ended, and fewer were completed than sent.",
              "",
            ),
          ]
        : []),
      ...(invalid
        ? [
            finding(
              "invalid",
              "generator-late",
              "The generator was late: p99 1.84 ms, limit 1.00 ms.",
              "Give the generator a core of its own.",
            ),
          ]
        : []),
      ...(variant === "optimized" && block === 1
        ? [
            finding(
              "warning",
              "connection-skew",
              "One of 2 workers answered 83 % of the requests.",
              "Use more connections.",
            ),
          ]
        : []),
    ],
    gates: gates(draw, invalid),
    ratePerSecond: rate,
    window: { fromMs: 800, toMs: 6000, cutBy: "MSER-5" },
    counts: {
      offered,
      ok,
      late,
      failed: offered - ok,
      byOutcome: { ok, ...(offered - ok > 0 ? { timeout: offered - ok } : {}) },
    },
    metrics: {
      p50: measured(at(0.5), "ms", offered),
      p95: offered < 133 ? tooFew(offered, 133) : measured(at(0.95), "ms", offered),
      p99: tooFew(offered, 664),
      mean: measured(at(0.5) * 1.16, "ms", offered),
      throughput: measured(ok / 5.2, "1/s", offered),
      goodput: measured((ok - late) / 5.2, "1/s", offered),
    },
    servers:
      variant === "optimized"
        ? [
            { server: "worker-1", requests: Math.round(ok * (block === 1 ? 0.83 : 0.51)) },
            { server: "worker-2", requests: ok - Math.round(ok * (block === 1 ? 0.83 : 0.51)) },
          ]
        : [{ server: "worker-1", requests: ok }],
  };
}

function failedResult(
  { id, block, variant, arm, scenario }: PlannedTrial,
  ratePerSecond: number,
): TrialResult {
  return {
    id,
    block,
    variant,
    arm,
    scenario,
    status: "failed",
    error: "the service was not ready within 120 s",
    valid: false,
    saturated: false,
    findings: [],
    gates: [],
    ratePerSecond,
    window: null,
    counts: { offered: 0, ok: 0, late: 0, failed: 0, byOutcome: {} },
    metrics: {},
    servers: [],
  };
}

function gates(draw: () => number, late: boolean): Gate[] {
  const gate = (
    name: string,
    measured: number | null,
    limit: number | null,
    unit: string,
    note = "",
  ): Gate => ({
    gate: name,
    passed: measured === null || limit === null || measured <= limit,
    measured,
    limit,
    unit,
    note,
  });
  return [
    gate("issued-equals-offered", 0, 0, "requests"),
    gate(
      "lateness-p99",
      late ? 1.84 : 0.2 + 0.4 * draw(),
      1,
      "ms",
      late ? "late by more than the limit" : "",
    ),
    gate("realised-rate", 2.4 * draw(), 4, "sigma"),
    gate("littles-law", 0.014 * draw(), 0.02, "share"),
    gate("generator-cpu", 0.08 + 0.1 * draw(), 0.7, "share"),
    gate("steal", 0.019 * draw(), 0.02, "share"),
    gate("label-agreement", null, null, "share", "the model is synthetic"),
  ];
}

interface CellKey {
  readonly variant: string;
  readonly arm: CellResult["arm"];
  readonly scenario: string;
}

function cellKeys(): CellKey[] {
  const services = [
    { variant: study.baseline, arm: "main" as const },
    { variant: study.baseline, arm: "aa" as const },
    ...study.variants.map((variant) => ({ variant, arm: "main" as const })),
  ];
  return study.scenarios.flatMap(({ name }) => services.map((service) => ({ ...service, scenario: name })));
}

function cellResult(key: CellKey, all: readonly TrialResult[]): CellResult {
  const { variant, arm, scenario } = key;
  const trials = all.filter(
    (trial) => trial.variant === variant && trial.arm === arm && trial.scenario === scenario,
  );
  const valid = trials.filter((trial) => trial.valid && !trial.saturated);
  const law = laws[variant]!;
  const isSaturated = valid.length === 0;
  const spread = law.spread * burst[scenario]!;
  const draw = random(`${variant}/${arm}/${scenario}`);
  const rate = capacity * utilisation[scenario]!;
  return {
    variant,
    arm,
    scenario,
    trials: {
      planned: trials.length,
      valid: valid.length,
      invalid: trials.filter(({ valid: isValid, status }) => !isValid && status === "finished").length,
      saturated: trials.filter(({ saturated }) => saturated).length,
      absent: trials.filter(({ status }) => status === "failed").length,
    },
    metrics: Object.fromEntries(
      (["p50", "p95", "p99", "mean", "throughput", "goodput"] as const).map((metric) => {
        const values = valid.flatMap((trial) => trial.metrics[metric]?.value ?? []);
        const unit = metric.endsWith("put") ? "1/s" : "ms";
        const why = isSaturated ? "every trial is saturated" : "no trial has the 664 requests that p99 needs";
        return [
          metric,
          values.length < 2 ? { estimate: null, unit, why } : { estimate: tInterval(values), unit, why: "" },
        ];
      }),
    ),
    curve: isSaturated
      ? []
      : shares.map((p) => {
          const top = p > 0.995 && scenario === "bursty";
          const ms =
            (arm === "aa" ? 1 : (detour[`${scenario}/${variant}`] ?? 1)) *
            law.medianMs *
            burst[scenario]! *
            Math.exp(spread * normal(Math.min(0.9995, Math.max(0.002, p))));
          return top || p === 1
            ? { p, ms: top ? null : ms, low: null, high: null }
            : { p, ms, low: ms * (0.93 - 0.1 * p), high: ms * (1.07 + 0.14 * p) };
        }),
    pooled: valid.reduce((sum, { counts }) => sum + counts.offered, 0),
    series: Array.from({ length: 14 }, (_, index) => {
      const atSeconds = 0.25 + index * 0.5;
      const offeredPerSecond = rate * (0.8 + 0.4 * random(`${scenario}${index}`)());
      const queue = isSaturated
        ? 1 + (rate - law.capacity) * atSeconds
        : (rate * law.medianMs) / 1000 + draw();
      return {
        atSeconds,
        offeredPerSecond,
        completedPerSecond: Math.min(law.capacity, offeredPerSecond) * (0.95 + 0.1 * draw()),
        inFlight: queue,
        responseMs:
          index === 6 && variant === "baseline" && arm === "aa"
            ? null
            : (law.medianMs * 1.1 + (isSaturated ? (queue / law.capacity) * 1000 : 0)) * (0.9 + 0.2 * draw()),
      };
    }),
    findings: isSaturated
      ? [
          finding(
            "note",
            "overload",
            "Every trial of this cell is saturated: it is offered more than it sustains.",
            "",
          ),
        ]
      : [],
  };
}

function comparisons(trials: readonly TrialResult[]): Comparison[] {
  const rows: Comparison[] = [];
  const metrics = ["p50", "p95", "p99", "mean", "throughput", "goodput"];
  for (const { name } of study.scenarios)
    for (const metric of metrics) {
      for (const treatment of study.variants) rows.push(comparison(trials, name, metric, treatment, "main"));
      rows.push(comparison(trials, name, metric, study.baseline, "aa"));
    }
  return rows;
}

function comparison(
  trials: readonly TrialResult[],
  scenario: string,
  metric: string,
  treatment: string,
  arm: CellResult["arm"],
): Comparison {
  const role = arm === "aa" ? "aa" : metric === study.primary ? "primary" : "secondary";
  const value = (block: number, variant: string, of: CellResult["arm"]) => {
    const trial = trials.find(
      (one) => one.block === block && one.scenario === scenario && one.variant === variant && one.arm === of,
    );
    return trial?.valid === true && !trial.saturated ? (trial.metrics[metric]?.value ?? null) : null;
  };
  const pairs = Array.from({ length: study.blocks }, (_, block) => ({
    block,
    baseline: value(block, study.baseline, "main"),
    treatment: value(block, treatment, arm),
  })).flatMap(({ block, baseline, treatment: treated }) =>
    baseline === null || treated === null
      ? []
      : [{ block, baseline, treatment: treated, ratio: treated / baseline }],
  );
  const isShort = pairs.length < 2;
  const ratio = isShort ? null : { ...tInterval(pairs.map((pair) => pair.ratio)), level: 0.9609 };
  const within = ratio !== null && ratio.low > 1 - study.equivalence && ratio.high < 1 + study.equivalence;
  const verdict =
    isShort || ratio === null
      ? null
      : within
        ? "equivalent"
        : ratio.high < 1
          ? "faster"
          : ratio.low > 1
            ? "slower"
            : "inconclusive";
  const label = arm === "aa" ? `${treatment} (A/A)` : treatment;
  return {
    id: `${scenario}/${arm === "aa" ? "aa" : treatment}/${metric}`,
    scenario,
    metric,
    unit: metric.endsWith("put") ? "1/s" : "ms",
    baseline: study.baseline,
    treatment,
    role,
    smallerIsBetter: !metric.endsWith("put"),
    n: pairs.length,
    pairs,
    ratio,
    ratioT: isShort ? null : tInterval(pairs.map((pair) => pair.ratio)),
    shift: isShort ? null : shift(pairs.map((pair) => pair.treatment - pair.baseline)),
    superiority: isShort
      ? null
      : pairs.filter((pair) => pair.treatment < pair.baseline).length / pairs.length,
    p: isShort ? null : verdict === "faster" || verdict === "slower" ? 0.0078125 : 0.4375,
    pHolm:
      role !== "primary" || isShort ? null : verdict === "faster" || verdict === "slower" ? 0.046875 : 0.875,
    naive:
      metric === "p50" && !isShort
        ? {
            mannWhitneyP: arm === "aa" ? 0.0213 : 1e-31,
            ksP: arm === "aa" ? 0.0127 : 1e-28,
            requests: pairs.length * 74,
          }
        : null,
    verdict,
    sentence:
      ratio === null
        ? `Under ${scenario}, ${label} cannot be compared with ${study.baseline} on ${metric}: ${study.baseline} is saturated or too few pairs are estimable.`
        : `Under ${scenario}, ${label} is ${verdict}: its ${metric} is ${ratio.value.toFixed(3)} times that of ${study.baseline} ` +
          `(${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)} at 96.1 %, n = ${pairs.length} blocks).`,
    findings:
      pairs.length > 1 && pairs.length < study.blocks
        ? [
            finding(
              "warning",
              "lost-pairs",
              `${study.blocks - pairs.length} of ${study.blocks} pairs are missing.`,
              "",
            ),
          ]
        : [],
  };
}

function isAt({ block, variant, arm, scenario }: PlannedTrial, place: typeof invalidTrial): boolean {
  return arm === "main" && block === place.block && variant === place.variant && scenario === place.scenario;
}

function finding(severity: Finding["severity"], code: string, message: string, advice: string): Finding {
  return { severity, code, message, advice };
}

function measured(value: number, unit: string, n: number): Measurement {
  return { value, unit, n, why: "" };
}

function tooFew(n: number, needed: number): Measurement {
  return { value: null, unit: "ms", n, why: `${n} requests, ${needed} needed` };
}

/** On logs, with the .975 quantile of Student's t for 7 degrees of freedom whatever n is: invented data. */
function tInterval(values: readonly number[]): Estimate {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const half = 2.365 * Math.sqrt(variance / logs.length);
  return {
    value: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
    level: 0.95,
    n: values.length,
  };
}

function shift(values: readonly number[]): Estimate {
  const ordered = [...values].sort((a, b) => a - b);
  return {
    value: ordered[Math.floor(ordered.length / 2)]!,
    low: ordered[0]!,
    high: ordered.at(-1)!,
    level: 0.9609,
    n: values.length,
  };
}

/** Quantile of the standard normal, to two decimals (Tukey's lambda .135). */
function normal(p: number): number {
  return (p ** 0.135 - (1 - p) ** 0.135) / 0.1975;
}

/** Mulberry32 over a hash of the name. */
function random(name: string): () => number {
  let state = [...name].reduce(
    (hash, character) => Math.imul(hash ^ character.charCodeAt(0), 16777619),
    2166136261,
  );
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

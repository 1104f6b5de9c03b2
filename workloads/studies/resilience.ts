import type { DisruptionSpec, ScenarioSpec, StudyFile } from "../spec/spec.ts";

type Settings = DisruptionSpec["settings"];

/**
 * One injection of each cell in each block. Blocks are what verdicts count: with ten of them up to 25 comparisons under Holm can
 * reach alpha .05 (2/2^10 * 25 = .049), while two injections in each of five blocks, somewhat shorter, could in none.
 */
const injections = 1;
const blocks = 10;
/**
 * The longest period of what is disrupted: BentoML looks for a dead worker every 10 s, as often as a probe asks that has no
 * period of its own.
 */
const phaseSeconds = 10;
/**
 * What a slot leaves at least to recover, from the end of what lasts. Most take less than 10 s. Where a whole server starts
 * anew, BentoML looks for a dead worker and its successor works off what waited, or the kubelet waits before it tries again,
 * it is up to 25 s on two cores.
 */
const recoverySeconds = { short: 15, long: 30 } as const;
const slow: ReadonlySet<string> = new Set([
  "worker-kill",
  "server-kill",
  "rollout-recreate",
  "scale-down",
  "container-oom",
  "image-missing",
  "k3s-restart",
  "containerd-kill",
  "node-restart",
  "node-loss",
]);
const everySeconds = (kind: string, { seconds = 0 }: Settings) =>
  phaseSeconds + Number(seconds) + recoverySeconds[slow.has(kind) ? "long" : "short"];

/** Undisturbed, at the beginning of each trial: what the service gives when nothing is wrong. */
const beforeSeconds = 5;

/** The disruptions of a target: each by its name in the catalog, with the settings that differ from its defaults. */
export function disrupted(
  kinds: Readonly<Record<string, Settings>>,
  when: {
    readonly injections: number;
    readonly phaseSeconds: number;
    readonly everySeconds: (kind: string, settings: Settings) => number;
    readonly rate: ScenarioSpec["rate"];
  },
): ScenarioSpec[] {
  return Object.entries(kinds).map(([kind, settings]) => ({
    name: kind,
    description: `Poisson arrivals, and ${kind} ${when.injections === 1 ? "once" : `${when.injections} times`}`,
    arrival: { kind: "exponential" },
    rate: when.rate,
    durationSeconds: beforeSeconds + when.injections * when.everySeconds(kind, settings),
    payload: "reviews-and-tweets",
    // The same load under each of them, as long as it lasts, so that they differ in nothing else.
    ...(kind === "no-op" ? {} : { twinOf: "no-op" }),
    disruption: {
      kind,
      injections: when.injections,
      firstAfterSeconds: beforeSeconds,
      everySeconds: when.everySeconds(kind, settings),
      phaseSeconds: when.phaseSeconds,
      settings,
    },
  }));
}

export const onProcess = {
  "no-op": {},
  "worker-kill": {},
  "server-kill": { byHandAfterSeconds: 15 },
  hang: { seconds: 5 },
  "cpu-pressure": { neighbours: 2, seconds: 10 },
  "network-delay": { delayMs: 100, jitterMs: 20, seconds: 10 },
  "network-loss": { share: 0.1, seconds: 10 },
  "network-partition": { seconds: 5 },
} as const;

export const onK3s = {
  "no-op": {},
  "worker-kill": {},
  "server-kill": {},
  hang: { seconds: 5 },
  "pod-delete": {},
  "replicaset-delete": {},
  "rollout-rolling": {},
  "rollout-recreate": {},
  "scale-down": { seconds: 10 },
  "container-oom": {},
  "image-missing": { seconds: 10 },
  "k3s-restart": {},
  "containerd-kill": {},
  "node-restart": {},
  "cpu-pressure": { neighbours: 2, seconds: 10 },
  "network-delay": { delayMs: 100, jitterMs: 20, seconds: 10 },
  "network-loss": { share: 0.1, seconds: 10 },
  "network-partition": { seconds: 5 },
} as const;

/** What a second node adds; the rest is as on one. */
export const onTwoNodes = {
  "no-op": {},
  "pod-delete": {},
  "node-loss": { seconds: 10 },
} as const;

/** Disruptions that use the API alone, and so may be made on a user's cluster. */
export const onCluster = {
  "no-op": {},
  "pod-delete": {},
  "replicaset-delete": {},
  "rollout-rolling": {},
  "rollout-recreate": {},
  "scale-down": { seconds: 10 },
} as const;

export const onceABlock = { injections, everySeconds, phaseSeconds, rate: { utilisation: 0.4 } } as const;

/** Longer than the control plane waits for a node's word (40 to 50 s): the cluster notices, and sends to others. */
const noticed = disrupted({ "node-loss": { seconds: 70 } }, onceABlock).map((scenario) => ({
  ...scenario,
  name: "node-loss-noticed",
}));

/**
 * What breaks, for how long, and what was lost: every disruption under live load, at instants of random phase. As a
 * process the treatment is a supervisor, on Kubernetes, which supervises anyway, a second replica.
 */
export const resilience: StudyFile = {
  name: "resilience",
  description:
    "How long does each disruption affect users, and how much do a supervisor or a second replica shorten that?",
  target: "process",
  model: "minilm",
  baseline: "onnx-int8",
  variants: ["supervised"],
  scenarios: disrupted(onProcess, onceABlock),
  blocks,
  // The control is in every block already, and the verdicts are not about latency.
  aa: false,
  slo: { responseMs: 200 },
  timeoutMs: 10_000,
  warmupSeconds: 2,
  underpowered: "warn",
  perTarget: {
    k3s: {
      variants: ["int8-replicas"],
      scenarios: disrupted(onK3s, onceABlock),
    },
    "k3s-docker": {
      variants: ["int8-replicas"],
      scenarios: [...disrupted(onTwoNodes, onceABlock), ...noticed],
    },
    cluster: {
      variants: ["int8-replicas"],
      scenarios: disrupted(onCluster, onceABlock),
    },
  },
};

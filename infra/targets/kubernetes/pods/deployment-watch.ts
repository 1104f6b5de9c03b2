/**
 * The events of a deployment during a disruption, from a watch on the API server. While the API server is down, no
 * events arrive: they are recorded when it is back, with the time of their arrival and the server's own timestamp.
 */
import {
  CoreV1Api,
  DiscoveryV1Api,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
} from "@kubernetes/client-node";
import type { ObservedEvent } from "../../target.ts";
import { endpointEvents, nodeEvents, podEvents } from "./deployment-events.ts";

export interface WatchOptions {
  readonly namespace: string;
  /** The cluster's nodes are watched too. */
  readonly nodes?: boolean;
  /** Between two attempts to reach the server. */
  readonly againAfterMs?: number;
}

/** @param kubeconfig text */
export function watchDeployment(
  kubeconfig: string,
  { namespace, nodes = false, againAfterMs = 500 }: WatchOptions,
  onEvent: (event: ObservedEvent) => void,
): () => Promise<void> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const presence = presenceOf((kind) =>
    onEvent({ source: "api-server", kind, subject: "API server", statedAt: "" }),
  );
  const ends = [
    follow(
      makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () =>
        core.listNamespacedPod({ namespace }),
      ),
      (before, now) => podEvents(before, now).forEach(onEvent),
      { onAnswer: presence(), againAfterMs },
    ),
    follow(
      makeInformer(config, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, () =>
        discovery.listNamespacedEndpointSlice({ namespace }),
      ),
      (before, now) => endpointEvents(before, now).forEach(onEvent),
      { onAnswer: presence(), againAfterMs },
    ),
    ...(nodes
      ? [
          follow(
            makeInformer(config, "/api/v1/nodes", () => core.listNode()),
            (before, now) => nodeEvents(before, now).forEach(onEvent),
            { onAnswer: presence(), againAfterMs },
          ),
        ]
      : []),
  ];
  return async () => {
    for (const end of ends) await end();
  };
}

/** One server, several watches of it: it is away once it does not answer one of them, and back when it answers all. */
function presenceOf(tell: (kind: "api-away" | "api-back") => void) {
  const unanswered = new Set<symbol>();
  return () => {
    const watch = Symbol();
    return (answered: boolean) => {
      const before = unanswered.size;
      if (answered) unanswered.delete(watch);
      else unanswered.add(watch);
      if (before === 0 && unanswered.size > 0) tell("api-away");
      if (before > 0 && unanswered.size === 0) tell("api-back");
    };
  };
}

/**
 * Calls back with each change of an object, what was there when it began excepted. A watch that ends, as each does some
 * day, says nothing of the server: only one that cannot be begun again does.
 */
function follow<T extends KubernetesObject>(
  informer: Informer<T>,
  onChange: (before: T | undefined, now: T | undefined) => void,
  { onAnswer, againAfterMs }: { onAnswer(answered: boolean): void; readonly againAfterMs: number },
): () => Promise<void> {
  const known = new Map<string, T>();
  let begun = false;
  let ended = false;
  /** While it is being started: whether that has failed already. The library tells it, and does not throw. */
  let starting = false;
  let failed = false;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let again: NodeJS.Timeout | undefined;
  const keyOf = ({ metadata }: T) => `${metadata?.name}/${metadata?.uid}`;
  const seen = (object: T) => {
    const before = known.get(keyOf(object));
    known.set(keyOf(object), object);
    if (begun) onChange(before, object);
  };
  const start = async () => {
    starting = true;
    failed = false;
    startedAtMs = performance.now();
    await informer.start().catch(() => lost());
    starting = false;
    if (failed || ended) return;
    begun = true;
    onAnswer(true);
  };
  const lost = () => {
    if (ended) return;
    if (starting) {
      failed = true;
      onAnswer(false);
    }
    // At once where it had been watching: that is how to tell whether the server is there.
    const waitMs = starting ? againAfterMs : Math.max(0, startedAtMs + againAfterMs - performance.now());
    clearTimeout(again);
    again = setTimeout(start, waitMs);
  };
  informer.on("add", seen);
  informer.on("update", seen);
  informer.on("delete", (object) => {
    known.delete(keyOf(object));
    if (begun) onChange(object, undefined);
  });
  informer.on("error", lost);
  void start();
  return async () => {
    ended = true;
    clearTimeout(again);
    await informer.stop();
  };
}

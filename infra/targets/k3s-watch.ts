/**
 * What the API server says of a deployment while it is disrupted, by watching it. When the server itself is away, so are
 * its words: what happened meanwhile is told when it is back, at that instant, with the server's own stamp.
 */
import { readFileSync } from "node:fs";
import {
  CoreV1Api,
  DiscoveryV1Api,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
} from "@kubernetes/client-node";
import type { K3sService } from "../disruptions/services.ts";
import { endpointEvents, podEvents } from "./k3s-events.ts";
import type { ObservedEvent } from "./target.ts";

const againAfterMs = 500;

export function watchDeployment(
  { kubeconfig, namespace }: Pick<K3sService, "kubeconfig" | "namespace">,
  onEvent: (event: ObservedEvent) => void,
): () => Promise<void> {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(kubeconfig, "utf8"));
  const core = config.makeApiClient(CoreV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  let away = false;
  const tell = (kind: string) => onEvent({ source: "api-server", kind, subject: "API server", statedAt: "" });
  const onAway = (gone: boolean) => {
    if (gone !== away) tell(gone ? "api-away" : "api-back");
    away = gone;
  };
  const ends = [
    follow(
      makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () =>
        core.listNamespacedPod({ namespace }),
      ),
      (before, now) => podEvents(before, now).forEach(onEvent),
      onAway,
    ),
    follow(
      makeInformer(config, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, () =>
        discovery.listNamespacedEndpointSlice({ namespace }),
      ),
      (before, now) => endpointEvents(before, now).forEach(onEvent),
      () => {},
    ),
  ];
  return async () => {
    for (const end of ends) await end();
  };
}

/** Calls back with each change of an object, what was there when it began excepted. */
function follow<T extends KubernetesObject>(
  informer: Informer<T>,
  onChange: (before: T | undefined, now: T | undefined) => void,
  onAway: (away: boolean) => void,
): () => Promise<void> {
  const known = new Map<string, T>();
  let begun = false;
  let ended = false;
  let again: NodeJS.Timeout | undefined;
  const keyOf = ({ metadata }: T) => `${metadata?.name}/${metadata?.uid}`;
  const seen = (object: T) => {
    const before = known.get(keyOf(object));
    known.set(keyOf(object), object);
    onAway(false);
    if (begun) onChange(before, object);
  };
  const start = () => {
    informer
      .start()
      .then(() => {
        begun = true;
        onAway(false);
      })
      .catch(() => lost());
  };
  const lost = () => {
    if (ended) return;
    onAway(true);
    clearTimeout(again);
    again = setTimeout(start, againAfterMs);
  };
  informer.on("add", seen);
  informer.on("update", seen);
  informer.on("delete", (object) => {
    known.delete(keyOf(object));
    if (begun) onChange(object, undefined);
  });
  informer.on("error", lost);
  start();
  return async () => {
    ended = true;
    clearTimeout(again);
    await informer.stop();
  };
}

/** Create, update and delete; each waits for its result: the object is ready, or gone. */
import { pause } from "../../host/process.ts";
import type { Cluster, ObjectName, Owner } from "./api/cluster.ts";
import type { KubernetesObject } from "./api/object.ts";
import type { Kind } from "./kinds/index.ts";

export interface Wait {
  readonly timeoutMs: number;
  readonly pollMs?: number;
  readonly signal: AbortSignal;
  readonly report?: (why: string) => void;
}

/** The object exists, but did not become ready: an engine keeps it, and the next `up` mends it. */
export class NotReady extends Error {
  readonly live: KubernetesObject;

  constructor(live: KubernetesObject, why: string) {
    super(why);
    this.live = live;
  }
}

const defaultPollMs = 200;
const skipAwait = "pulumi.com/skipAwait";

export async function applyAndWait(
  cluster: Cluster,
  kind: Kind,
  object: KubernetesObject,
  owner: Owner,
  wait: Wait,
): Promise<KubernetesObject> {
  let live = await cluster.apply(object, owner);
  if (kind.settled === undefined || object.metadata.annotations?.[skipAwait] === "true") return live;
  const deadline = performance.now() + wait.timeoutMs;
  let told = "";
  for (;;) {
    const settled = await kind.settled(live, cluster);
    if (settled.state === "ready") return live;
    const name = `${kind.kind} ${nameOf(live)}`;
    if (settled.state === "failed") throw new NotReady(live, `${name}: ${settled.why}`);
    if (wait.signal.aborted) throw new NotReady(live, `${name}: interrupted while ${settled.why}`);
    if (performance.now() > deadline) {
      throw new NotReady(live, `${name} was not ready after ${wait.timeoutMs / 1000} s: ${settled.why}`);
    }
    if (settled.why !== told) wait.report?.(settled.why);
    told = settled.why;
    await pause(wait.pollMs ?? defaultPollMs);
    const next = await cluster.read(object);
    if (next === null) throw new Error(`${name} was deleted outside Pulumi`);
    live = next;
  }
}

/** @throws Error where it is still there at the end of the wait */
export async function deleteAndWait(
  cluster: Cluster,
  kind: Kind,
  name: ObjectName,
  wait: Wait,
): Promise<void> {
  await cluster.delete(name, kind.ownsPods ? "Foreground" : "Background");
  const deadline = performance.now() + wait.timeoutMs;
  while ((await cluster.read(name)) !== null) {
    if (wait.signal.aborted || performance.now() > deadline) {
      const why = wait.signal.aborted ? "interrupted" : `after ${wait.timeoutMs / 1000} s`;
      throw new Error(`${kind.kind} ${nameOf(name)} is still there (${why})`);
    }
    await pause(wait.pollMs ?? defaultPollMs);
  }
}

export function nameOf({ metadata }: ObjectName | KubernetesObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/**
 * The common part of every target on a cluster: it deploys variants, runs load jobs beside them, and watches the node.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { TestbedError } from "../../../errors/errors.ts";
import { withLastWords } from "../../engine/engine-error.ts";
import { openStacks } from "../../engine/stacks.ts";
import { pause } from "../../host/process.ts";
import { stackName } from "../../layers/address.ts";
import { readyOf, secretsOfService } from "../../services/definition/service.ts";
import { variantNamespace } from "../../services/namespace.ts";
import { removeLoad, writeLoad } from "../../workspace/load-file.ts";
import { privateFolder } from "../../workspace/paths.ts";
import type { OpenTarget, TargetContext } from "../target.ts";
import type { Cluster, ClusterSite } from "./cluster-site.ts";
import type { Pods } from "./pods/pods.ts";
import type { Relay } from "./pods/service-relay.ts";

const servingOutputs = z.object({ url: z.string(), namespace: z.string(), clusterIp: z.string() });
const loadOutputs = z.object({ namespace: z.string() });

interface OpenCluster extends Cluster {
  readonly pods: Pods;
}

/** For the pods to start, to agree on an instant and to hand over their samples. */
const loadMarginSeconds = 600;

export function openOnCluster(
  site: ClusterSite,
  { toolchain, service, model, stages = false }: TargetContext,
): OpenTarget {
  const { target } = site;
  const stacks = openStacks(toolchain);
  const { spec } = service;
  const readyPath = readyOf(spec).path;
  const nameOf = (variant: string) => stackName({ layer: "serving", target, service: spec.name, variant });
  const namespaceOf = (variant: string) => variantNamespace(spec.name, variant);
  /** Of what this target has brought up, by namespace. */
  const stackOf = new Map<string, string>();
  const logOf = (variant: string) => join(privateFolder, "logs", `${nameOf(variant)}.log`);
  let cluster: OpenCluster | undefined;
  const relays = new Map<string, Relay>();
  const endRelay = async (variant: string) => {
    await relays.get(variant)?.end();
    relays.delete(variant);
  };
  /** Load jobs of earlier trials on their way out: a namespace takes 5 s to go, most of them spent on waiting. */
  let leaving: Promise<void> = Promise.resolve();
  /** Whether it goes is the engine's word: this only spares it the wait. */
  const askToGo = async (up: OpenCluster | undefined, namespace: string | undefined) => {
    if (namespace !== undefined) await up?.pods.askToGo(namespace).catch(() => undefined);
  };
  const living = async () => (cluster !== undefined && (await cluster.isAlive()) ? cluster : undefined);

  const clusterUp = async (signal: AbortSignal): Promise<OpenCluster> => {
    const up = await living();
    if (up !== undefined) return up;
    const found = await site.bringUp(stacks, signal);
    // The Kubernetes client is loaded where it is needed: every command knows the targets, few use this one.
    const { openPods } = await import("./pods/pods.ts");
    cluster = { ...found, pods: openPods(found.kubeconfig), ours: cluster?.ours ?? found.ours };
    return cluster;
  };

  return {
    async load({ id, endpoint, share, handed, signal }) {
      const up = await living();
      if (up === undefined) throw nodeEnded(target);
      const { runLoadPods } = await import("./pods/load-pods.ts");
      const trial = createHash("sha256").update(id).digest("hex").slice(0, 8);
      const seconds = share.durationSeconds + share.timeoutMs / 1000;
      const name = stackName({ layer: "load", target, trial });
      await writeLoad(trial, {
        workers: share.workers,
        deadlineSeconds: Math.ceil(seconds + loadMarginSeconds),
        share: JSON.stringify({ ...share, url: endpoint.clusterUrl }),
      });
      const watch = whileAlive(up, target, signal);
      let namespace: string | undefined;
      try {
        const { outputs } = await stacks.up(name, { signal });
        // A failure is reported by `down`.
        await leaving.catch(() => undefined);
        const job = { ...loadOutputs.parse(outputs), workers: share.workers, seconds, handed };
        namespace = job.namespace;
        return await runLoadPods(up.kubeconfig, job, watch.signal, site.raise?.(share));
      } catch (error) {
        // Whoever asked it last says that it did not answer; this says why.
        throw signal.aborted || (await up.isAlive()) ? error : nodeEnded(target, error);
      } finally {
        watch.end();
        const takeDown = async () => {
          await askToGo(up, namespace);
          await stacks.destroy(name);
          await removeLoad(trial);
        };
        leaving = Promise.allSettled([leaving, takeDown()]).then(firstFailure);
        leaving.catch(() => undefined);
      }
    },

    async up(variant, { signal }) {
      const { kubeconfig, pods, through } = await clusterUp(signal);
      const secrets = secretsOfService(spec);
      const bringUp = (refresh: boolean) =>
        stacks
          .up(nameOf(variant), { signal, secrets, refresh, config: { model, stages } })
          .catch(async (error) => {
            const since = Date.now();
            await pods.saveLogs(namespaceOf(variant), logOf(variant)).catch(() => undefined);
            throw withLastWords(error, { path: logOf(variant), since }, secrets);
          });
      const first = await bringUp(false);
      // What the engine left as it was may be gone all the same: a runner may have been killed while it took the stack down.
      const isThere = first.changed || (await pods.look(namespaceOf(variant))).nodes.length > 0;
      const result = isThere ? first : await bringUp(true);
      stackOf.set(namespaceOf(variant), nameOf(variant));
      const { namespace, clusterIp, ...outputs } = servingOutputs.parse(result.outputs);
      await endRelay(variant);
      const relay = await site.reach?.(kubeconfig, namespace);
      if (relay !== undefined) relays.set(variant, relay);
      const url = relay?.url ?? outputs.url;
      await untilRouted(`${url}${readyPath ?? spec.ask.path}`, readyPath !== undefined, signal);
      const { identity, readySeconds, nodes } = await pods.look(namespace);
      return {
        url: `${url}${spec.ask.path}`,
        // There is no name server on the node.
        clusterUrl: `http://${clusterIp}${spec.ask.path}`,
        logFile: logOf(variant),
        readySeconds,
        nodes,
        ...(through === undefined ? {} : { through }),
        identity: `${namespace} ${identity}`,
      };
    },

    async down(variant) {
      const up = await living();
      // Its logs go with it.
      await up?.pods.saveLogs(namespaceOf(variant), logOf(variant)).catch(() => undefined);
      await endRelay(variant);
      await askToGo(up, namespaceOf(variant));
      const gone = await Promise.allSettled([stacks.destroy(nameOf(variant)), leaving]);
      leaving = Promise.resolve();
      firstFailure(gone);
    },

    async alive({ identity }) {
      const [namespace = ""] = identity.split(" ");
      const now = await (await living())?.pods.look(namespace).catch(() => undefined);
      return now !== undefined && identity === `${namespace} ${now.identity}`;
    },

    async quotas({ identity }) {
      const up = await living();
      if (up === undefined) throw nodeEnded(target);
      const [namespace = ""] = identity.split(" ");
      const { containerQuotas } = await import("./pods/cpu-quotas.ts");
      // `alive` reports a pod that has ended by now.
      return containerQuotas(up.kubeconfig, namespace).catch(() => null);
    },

    async underTest(endpoint) {
      const up = await living();
      if (up === undefined) throw nodeEnded(target);
      const [namespace = ""] = endpoint.identity.split(" ");
      const { deploymentUnderTest } = await import("./deployment-under-test.ts");
      const stack = stackOf.get(namespace) ?? namespace;
      return deploymentUnderTest(up.kubeconfig, await up.disruptable(), endpoint, stack);
    },

    async end() {
      for (const variant of relays.keys()) await endRelay(variant);
      await leaving.catch(() => undefined);
      if (cluster?.ours === true) await site.takeDown(stacks);
      cluster = undefined;
    },
  };
}

function firstFailure(results: readonly PromiseSettledResult<void>[]): void {
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Ends what waits for a node's pods when the node itself has ended: its address would never answer. */
function whileAlive(cluster: Cluster, target: string, signal: AbortSignal) {
  const ended = new AbortController();
  const look = async () => (await cluster.isAlive()) || ended.abort(nodeEnded(target));
  const timer = setInterval(look, pollMs);
  return { signal: AbortSignal.any([signal, ended.signal]), end: () => clearInterval(timer) };
}

function nodeEnded(target: string, cause?: unknown): TestbedError {
  const stack = stackName({ layer: "node", target });
  return new TestbedError("runFailed", "the K3s node ended during the trial", {
    cause,
    hint: `Its log: ${join(privateFolder, "logs", `${stack}.log`)}`,
  });
}

const routedWithinMs = 30_000;
const pollMs = 100;

/**
 * The node learns of a ready pod a moment after the API server does; until then its port refuses.
 * @param mustBeOk any answer will do where it is not the ready path that is asked
 */
async function untilRouted(url: string, mustBeOk: boolean, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + routedWithinMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer !== null && (answer.ok || !mustBeOk)) return;
    if (performance.now() > deadline) {
      throw new TestbedError("provisionFailed", `the pods are ready, but ${url} does not answer`, {
        hint: "Does a firewall drop packets between this host and the node?",
      });
    }
    await pause(pollMs);
  }
}

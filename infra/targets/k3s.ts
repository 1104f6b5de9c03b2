import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { TestbedError } from "../../errors.ts";
import { stackName } from "../address.ts";
import { provideLoadImage } from "../images/load.ts";
import { imageRuntime, provideServingImage } from "../images/serving.ts";
import { removeLoad, writeLoad } from "../load-file.ts";
import { privateFolder } from "../places.ts";
import { whyNot } from "../plugin/k3s-node.ts";
import { isAlive, pause } from "../plugin/process.ts";
import { openStacks, type Stacks } from "../stacks.ts";
import { provideK3s } from "../toolchain/k3s.ts";
import type { Part } from "../toolchain/part.ts";
import { provideKubernetesPlugin, withStandIn } from "../toolchain/plugins.ts";
import { isVariant, variants } from "../variants/index.ts";
import type { Pods } from "./k3s-pods.ts";
import { type RaisePods, raiseFromHost } from "./k3s-priority.ts";
import type { Relay } from "./service-relay.ts";
import type { LoadRequest, OpenTarget, ProvideContext, Target, TargetContext } from "./target.ts";

const nodeOutputs = z.object({ kubeconfig: z.string(), pid: z.number(), startTime: z.string() });
const servingOutputs = z.object({ url: z.string(), namespace: z.string(), clusterIp: z.string() });
const loadOutputs = z.object({ namespace: z.string() });

/** What a target on a cluster has of its own. */
export interface ClusterSite {
  /** First part of its stacks' names. */
  readonly target: string;
  bringUp(stacks: Stacks, signal: AbortSignal): Promise<Cluster>;
  takeDown(stacks: Stacks): Promise<void>;
  /** Where the service's own address is not this machine's to reach: one that is, for as long as it is up. */
  reach?(kubeconfig: string, namespace: string): Promise<Relay>;
  /** Where this machine can; left out, pods keep the priority that they have. */
  raise?(share: LoadRequest["share"]): RaisePods;
}

export interface Cluster {
  readonly kubeconfig: string;
  /** Whether this call has brought it up: what was up already belongs to somebody who wants it to stay. */
  readonly ours: boolean;
  /** False once what it runs on has ended. */
  isAlive(): Promise<boolean>;
}

interface OpenCluster extends Cluster {
  readonly pods: Pods;
}

/** For the pods to start, to agree on an instant and to hand over their samples. */
const loadMarginSeconds = 600;

const nodeStack = stackName({ layer: "node", target: "k3s" });

const hostSite: ClusterSite = {
  target: "k3s",
  async bringUp(stacks, signal) {
    // One that died is in the state all the same: so with a look at what is there.
    const { outputs, changed } = await stacks.up(nodeStack, { signal, refresh: true });
    const node = nodeOutputs.parse(outputs);
    return { kubeconfig: node.kubeconfig, ours: changed, isAlive: async () => isAlive(node) };
  },
  takeDown: (stacks) => stacks.destroy(nodeStack),
  raise: raiseFromHost,
};

/** The paper's: a K3s node on this host, with the variants as deployments behind a service. */
export const k3sTarget: Target = {
  description: "a K3s node on this Linux host (root), each variant a deployment behind a service",

  async provide(context) {
    const reasons = whyNot({ stateRoot: join(privateFolder, "k3s") });
    if (reasons.length > 0) {
      throw new TestbedError("missingPart", "a K3s node cannot run on this host", {
        problems: reasons.map((got) => ({ path: "host", expected: "a host that can run a K3s node", got })),
        hint: "The target `process` needs none of this.",
      });
    }
    const k3s = await provideK3s(context);
    return provideForCluster(context, k3s.parts);
  },

  open: (context) => openOnCluster(hostSite, context),
};

/** The plugin and the images, beside the parts that the target has provided itself. */
export async function provideForCluster(
  { toolchain, model, variants: names, progress }: ProvideContext,
  parts: readonly Part[],
) {
  const plugin = await provideKubernetesPlugin(toolchain.pulumi, toolchain.environment, { progress });
  const runtimes = new Set(names.filter(isVariant).map((name) => imageRuntime(variants[name])));
  const images = [];
  for (const runtime of runtimes) {
    images.push((await provideServingImage(runtime, model, toolchain.python, { progress })).part);
  }
  images.push((await provideLoadImage({ progress })).part);
  return {
    ...toolchain,
    parts: [...toolchain.parts, ...parts, plugin, ...images],
    environment: withStandIn(toolchain.environment),
  };
}

/** What is the same on every cluster. */
export function openOnCluster(
  site: ClusterSite,
  { toolchain, model, stages = false }: TargetContext,
): OpenTarget {
  const { target } = site;
  const stacks = openStacks(toolchain);
  const nameOf = (variant: string) => stackName({ layer: "serving", target, variant });
  const logOf = (variant: string) => join(privateFolder, "logs", `${nameOf(variant)}.log`);
  let cluster: OpenCluster | undefined;
  const relays = new Map<string, Relay>();
  const endRelay = async (variant: string) => {
    await relays.get(variant)?.end();
    relays.delete(variant);
  };
  const living = async () => (cluster !== undefined && (await cluster.isAlive()) ? cluster : undefined);

  const clusterUp = async (signal: AbortSignal): Promise<OpenCluster> => {
    const up = await living();
    if (up !== undefined) return up;
    const found = await site.bringUp(stacks, signal);
    // The Kubernetes client is loaded where it is needed: every command knows the targets, few use this one.
    const { openPods } = await import("./k3s-pods.ts");
    cluster = { ...found, pods: openPods(found.kubeconfig), ours: cluster?.ours ?? found.ours };
    return cluster;
  };

  return {
    async load({ id, endpoint, share, signal }) {
      const up = await living();
      if (up === undefined) throw nodeEnded(target);
      const { runLoadPods } = await import("./k3s-load.ts");
      const trial = createHash("sha256").update(id).digest("hex").slice(0, 8);
      const seconds = share.durationSeconds + share.timeoutMs / 1000;
      const name = stackName({ layer: "load", target, trial });
      await writeLoad(trial, {
        workers: share.workers,
        deadlineSeconds: Math.ceil(seconds + loadMarginSeconds),
        share: JSON.stringify({ ...share, url: endpoint.clusterUrl }),
      });
      const watch = whileAlive(up, target, signal);
      try {
        const { outputs } = await stacks.up(name, { signal });
        const job = { ...loadOutputs.parse(outputs), workers: share.workers, seconds };
        return await runLoadPods(up.kubeconfig, job, watch.signal, site.raise?.(share));
      } catch (error) {
        // Whoever asked it last says that it did not answer; this says why.
        throw signal.aborted || (await up.isAlive()) ? error : nodeEnded(target, error);
      } finally {
        watch.end();
        await stacks.destroy(name);
        await removeLoad(trial);
      }
    },

    async up(variant, { signal }) {
      const { kubeconfig, pods } = await clusterUp(signal);
      const result = await stacks.up(nameOf(variant), { signal, model, stages }).catch(async (error) => {
        await pods.saveLogs(`testbed-${variant}`, logOf(variant)).catch(() => undefined);
        throw error;
      });
      const { namespace, clusterIp, ...outputs } = servingOutputs.parse(result.outputs);
      await endRelay(variant);
      const relay = await site.reach?.(kubeconfig, namespace);
      if (relay !== undefined) relays.set(variant, relay);
      const url = relay?.url ?? outputs.url;
      await untilRouted(`${url}/ready`, signal);
      const { identity, readySeconds, nodes } = await pods.look(namespace);
      return {
        url: `${url}/classify`,
        // There is no name server on the node.
        clusterUrl: `http://${clusterIp}/classify`,
        logFile: logOf(variant),
        readySeconds,
        nodes,
        identity: `${namespace} ${identity}`,
      };
    },

    async down(variant) {
      // Its logs go with it.
      await (await living())?.pods.saveLogs(`testbed-${variant}`, logOf(variant)).catch(() => undefined);
      await endRelay(variant);
      await stacks.destroy(nameOf(variant));
    },

    async alive({ identity }) {
      const [namespace = ""] = identity.split(" ");
      const now = await (await living())?.pods.look(namespace).catch(() => undefined);
      return now !== undefined && identity === `${namespace} ${now.identity}`;
    },

    async underTest(endpoint) {
      const up = await living();
      if (up === undefined) throw nodeEnded(target);
      const [namespace = ""] = endpoint.identity.split(" ");
      const { k3sUnderTest } = await import("./k3s-under-test.ts");
      return k3sUnderTest(up.kubeconfig, endpoint, nameOf(namespace.replace(/^testbed-/, "")));
    },

    async end() {
      for (const variant of relays.keys()) await endRelay(variant);
      if (cluster?.ours === true) await site.takeDown(stacks);
      cluster = undefined;
    },
  };
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

/** The node learns of a ready pod a moment after the API server does; until then its port refuses. */
async function untilRouted(url: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + routedWithinMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    if (performance.now() > deadline) {
      throw new TestbedError("provisionFailed", `the pods are ready, but ${url} does not answer`, {
        hint: "Is something filtering packets between this host and the node?",
      });
    }
    await pause(pollMs);
  }
}

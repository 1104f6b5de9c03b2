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
import { isAlive, type ProcessId, pause } from "../plugin/process.ts";
import { openStacks } from "../stacks.ts";
import { provideK3s } from "../toolchain/k3s.ts";
import { provideKubernetesPlugin, withStandIn } from "../toolchain/plugins.ts";
import { isVariant, variants } from "../variants/index.ts";
import type { Pods } from "./k3s-pods.ts";
import { raiseFromHost } from "./k3s-priority.ts";
import type { Target } from "./target.ts";

const nodeOutputs = z.object({ kubeconfig: z.string(), pid: z.number(), startTime: z.string() });
const servingOutputs = z.object({ url: z.string(), namespace: z.string(), clusterIp: z.string() });
const loadOutputs = z.object({ namespace: z.string() });

interface Node extends ProcessId {
  readonly kubeconfig: string;
  readonly pods: Pods;
  readonly ours: boolean;
}

/** For the pods to start, to agree on an instant and to hand over their samples. */
const loadMarginSeconds = 600;

const nodeStack = stackName({ layer: "node", target: "k3s" });

/** The paper's: a K3s node on this host, with the variants as deployments behind a service. */
export const k3sTarget: Target = {
  description: "a K3s node on this Linux host (root), each variant a deployment behind a service",

  async provide({ toolchain, model, variants: names, progress }) {
    const reasons = whyNot({ stateRoot: join(privateFolder, "k3s") });
    if (reasons.length > 0) {
      throw new TestbedError("missingPart", "a K3s node cannot run on this host", {
        problems: reasons.map((got) => ({ path: "host", expected: "a host that can run a K3s node", got })),
        hint: "The target `process` needs none of this.",
      });
    }
    const k3s = await provideK3s({ progress });
    const plugin = await provideKubernetesPlugin(toolchain.pulumi, toolchain.environment, { progress });
    const runtimes = new Set(names.filter(isVariant).map((name) => imageRuntime(variants[name])));
    const images = [];
    for (const runtime of runtimes) {
      images.push((await provideServingImage(runtime, model, toolchain.python, { progress })).part);
    }
    images.push((await provideLoadImage({ progress })).part);
    return {
      ...toolchain,
      parts: [...toolchain.parts, ...k3s.parts, plugin, ...images],
      environment: withStandIn(toolchain.environment),
    };
  },

  open({ toolchain, model }) {
    const stacks = openStacks(toolchain);
    const nameOf = (variant: string) => stackName({ layer: "serving", target: "k3s", variant });
    const logOf = (variant: string) => join(privateFolder, "logs", `${nameOf(variant)}.log`);
    let node: Node | undefined;
    const living = () => (node !== undefined && isAlive(node) ? node : undefined);

    const nodeUp = async (signal: AbortSignal): Promise<Node> => {
      const up = living();
      if (up !== undefined) return up;
      // One that died is in the state all the same: so with a look at what is there.
      const { outputs, changed } = await stacks.up(nodeStack, { signal, refresh: true });
      // The Kubernetes client is loaded where it is needed: every command knows the targets, few use this one.
      const { openPods } = await import("./k3s-pods.ts");
      const parsed = nodeOutputs.parse(outputs);
      // A node that was up already belongs to somebody who wants it to stay.
      node = { ...parsed, pods: openPods(parsed.kubeconfig), ours: node?.ours ?? changed };
      return node;
    };

    return {
      async load({ id, endpoint, share, signal }) {
        const up = living();
        if (up === undefined) throw nodeEnded();
        const { runLoadPods } = await import("./k3s-load.ts");
        const trial = createHash("sha256").update(id).digest("hex").slice(0, 8);
        const seconds = share.durationSeconds + share.timeoutMs / 1000;
        const name = stackName({ layer: "load", target: "k3s", trial });
        await writeLoad(trial, {
          workers: share.workers,
          deadlineSeconds: Math.ceil(seconds + loadMarginSeconds),
          share: JSON.stringify({ ...share, url: endpoint.clusterUrl }),
        });
        const watch = whileAlive(up, signal);
        try {
          const { outputs } = await stacks.up(name, { signal });
          const job = { ...loadOutputs.parse(outputs), workers: share.workers, seconds };
          return await runLoadPods(up.kubeconfig, job, watch.signal, raiseFromHost(share));
        } finally {
          watch.end();
          await stacks.destroy(name);
          await removeLoad(trial);
        }
      },

      async up(variant, { signal }) {
        const { pods } = await nodeUp(signal);
        const result = await stacks.up(nameOf(variant), { signal, model }).catch(async (error) => {
          await pods.saveLogs(`testbed-${variant}`, logOf(variant)).catch(() => undefined);
          throw error;
        });
        const { url, namespace, clusterIp } = servingOutputs.parse(result.outputs);
        await untilRouted(`${url}/ready`, signal);
        const { identity, readySeconds } = await pods.look(namespace);
        return {
          url: `${url}/classify`,
          // There is no name server on the node.
          clusterUrl: `http://${clusterIp}/classify`,
          logFile: logOf(variant),
          readySeconds,
          identity: `${namespace} ${identity}`,
        };
      },

      async down(variant) {
        // Its logs go with it.
        await living()
          ?.pods.saveLogs(`testbed-${variant}`, logOf(variant))
          .catch(() => undefined);
        await stacks.destroy(nameOf(variant));
      },

      async alive({ identity }) {
        const [namespace = ""] = identity.split(" ");
        const now = await living()
          ?.pods.look(namespace)
          .catch(() => undefined);
        return now !== undefined && identity === `${namespace} ${now.identity}`;
      },

      async underTest(endpoint) {
        const up = await node;
        if (up === undefined) throw new Error("the node is not up");
        const [namespace = ""] = endpoint.identity.split(" ");
        const { k3sUnderTest } = await import("./k3s-under-test.ts");
        return k3sUnderTest(up.kubeconfig, endpoint, nameOf(namespace.replace(/^testbed-/, "")));
      },

      async end() {
        if (node?.ours === true) await stacks.destroy(nodeStack);
        node = undefined;
      },
    };
  },
};

/** Ends what waits for a node's pods when the node itself has ended: its address would never answer. */
function whileAlive(node: ProcessId, signal: AbortSignal) {
  const ended = new AbortController();
  const timer = setInterval(() => isAlive(node) || ended.abort(nodeEnded()), pollMs);
  return { signal: AbortSignal.any([signal, ended.signal]), end: () => clearInterval(timer) };
}

function nodeEnded(): TestbedError {
  return new TestbedError("runFailed", "the K3s node ended during the trial", {
    hint: `Its log: ${join(privateFolder, "logs", `${nodeStack}.log`)}`,
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

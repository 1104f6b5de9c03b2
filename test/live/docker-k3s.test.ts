/**
 * K3s nodes in containers on a real engine, with the tiny model: two of them for all that does not end them, first as the
 * k3s-docker target has them, with disruptions and the loss of a node, then as somebody's cluster with a registry.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { openEngine } from "../../infra/docker/engine.ts";
import { stackLocks } from "../../infra/engine/stack-locks.ts";
import { openStacks, type Stacks } from "../../infra/engine/stacks.ts";
import { nodeRepository } from "../../infra/images/k3s-node.ts";
import { kubeconfigPath } from "../../infra/plugin/kinds/k3s/k3s-config.ts";
import { builtInService } from "../../infra/services/index.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { type OpenTarget, targets } from "../../infra/targets/index.ts";
import { dockerLeftovers } from "../../infra/targets/kubernetes/docker-leftovers.ts";
import { dockerPrefix, privateFolder } from "../../infra/workspace/paths.ts";
import { writeSettings } from "../../infra/workspace/settings-file.ts";
import { drivenOf } from "../../workloads/drive/drive.ts";
import { handedTo } from "../../workloads/drive/share.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { materialise } from "../../workloads/schedule/schedule.ts";
import { run, testbed } from "./command.ts";
import { clusterTests } from "./docker-cluster.ts";
import { disruptionTests } from "./docker-disruptions.ts";
import { findOrStartEngine } from "./docker-engine.ts";
import { loseAgent, nodeLossIsRefusedOnOneNode, nodeLossTests } from "./docker-node-loss.ts";
import { setUpTiny } from "./set-up-tiny.ts";
import { keepSettings } from "./settings.ts";

const engine = await findOrStartEngine();
if (engine.missing !== null) console.warn(`skipped: no Docker engine: ${engine.missing}`);
afterAll(engine.end);

const variant = "onnx-int8";
const twoReplicas = "int8-replicas";
const signal = new AbortController().signal;

const kubectl = (...args: string[]) =>
  openEngine().run(`${dockerPrefix}-server`, ["kubectl", "--kubeconfig", kubeconfigPath, ...args]);
const nodeImages = async () => {
  const filters = encodeURIComponent(JSON.stringify({ reference: [nodeRepository] }));
  return openEngine().ask("GET", `/images/json?filters=${filters}`);
};
const names = async () => (await dockerLeftovers()).map(({ name }) => name);

describe.skipIf(engine.missing !== null)("the k3s-docker target", () => {
  let stacks: Stacks;
  let target: OpenTarget;
  let putBack = async () => {};

  beforeAll(async () => {
    process.env.TESTBED_AIRGAP ??= "1";
    await run("node", [...testbed, "down", "--all"]);
    putBack = await keepSettings();
    await writeSettings("k3s-docker", { nodes: 2 });
    const { toolchain } = await setUpTiny({ target: "k3s-docker", variants: [variant, twoReplicas] });
    stacks = openStacks(toolchain);
    target = targets["k3s-docker"].open({ toolchain, service: builtInService(), model: "tiny" });
  });

  afterAll(async () => {
    await run("node", [...testbed, "down", "--all"]);
    await putBack();
  });

  it("refuses to lose one of one node, with nothing provisioned", nodeLossIsRefusedOnOneNode);

  it("brings a server and an agent up, which a second up leaves alone", async () => {
    expect(await names()).toEqual([]);
    const first = await stacks.up("k3s-docker.node");
    expect(first.secretOutputs).toEqual(["kubeconfig"]);
    expect((await stacks.up("k3s-docker.node")).changed).toBe(false);
    const nodes = await kubectl("get", "nodes", "--output", "name");
    expect(nodes.trim().split("\n").sort()).toEqual(["node/agent-1", "node/server"]);
  });

  it("serves a variant where this machine reaches it, past Docker's proxy where it can", async () => {
    const endpoint = await target.up(variant, { signal });
    const { address } = (await stacks.up("k3s-docker.node")).outputs as { address: string | null };
    // An engine on this very machine has addresses that are this machine's to reach.
    if (process.platform === "linux") expect(address).toMatch(/^\d+\.\d+\.\d+\.10$/);
    expect(new URL(endpoint.url).hostname).toBe(address ?? "127.0.0.1");
    const answer = await fetch(endpoint.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts: ["Is the model awake?"] }),
    });
    expect(await answer.json()).toMatchObject({ model: { name: "tiny", runtime: "onnx-int8" } });
    expect(await target.alive(endpoint)).toBe(true);
    expect((await stacks.up(`k3s-docker.${variant}`, { config: { model: "tiny" } })).changed).toBe(false);
  });

  it("runs the load on the node that does not serve, and every sample comes back", async () => {
    const endpoint = await target.up(variant, { signal });
    const payload = Object.keys(payloads)[0]! as keyof typeof payloads;
    const law = { arrival: { kind: "exponential" }, ratePerSecond: 20, durationSeconds: 4, seed: 1 } as const;
    const asked = classifications((await payloads[payload].load()).bodies());
    const payloadCount = asked.requests.count;
    const schedule = materialise({ ...law, payloadCount });
    const share = {
      ...{ ...law, payloadCount, scheduleDigest: schedule.digest },
      ...{ timeoutMs: 10_000, mostConnections: 64, workers: 1 },
    };
    const { url } = endpoint;
    const handed = (worker: number) => handedTo({ ...share, url, schedule, asked }, worker);
    const results = await target.load!({ id: "docker-live", endpoint, share, handed, signal });
    const serving = await kubectl(
      ...[
        "--namespace",
        `testbed-${variant}`,
        "get",
        "pods",
        "--output",
        "jsonpath={.items[*].spec.nodeName}",
      ],
    );
    expect(["server", "agent-1"]).toContain(serving);
    expect(["server", "agent-1"].filter((name) => name !== serving)).toEqual([results[0]!.node]);
    const { health } = drivenOf(schedule, results, results[0]!);
    expect(health.recorded).toBe(schedule.offsetsMs.length);
  });

  it("spreads the pods of a deployment over the nodes", async () => {
    const namespace = ["--namespace", `testbed-${variant}`];
    // A load pod on its way out still keeps services away from its node.
    const namespaces = () => kubectl("get", "namespaces", "--output", "name");
    await expect.poll(namespaces, { timeout: 240_000 }).not.toContain("testbed-load-");
    await kubectl(...namespace, "scale", "deployment/serving", "--replicas=2");
    await kubectl(...namespace, "rollout", "status", "deployment/serving", "--timeout=400s");
    const nodes = await kubectl(
      ...namespace,
      "get",
      "pods",
      "--output",
      "jsonpath={.items[*].spec.nodeName}",
    );
    expect(nodes.split(" ").sort()).toEqual(["agent-1", "server"]);
  });

  describe("disrupted", () => {
    beforeAll(() => target.down(variant));
    disruptionTests(() => target, twoReplicas);
  });

  describe("one of two lost", () => {
    beforeAll(() => target.down(twoReplicas));
    nodeLossTests();
  });

  describe("as somebody's cluster", () => clusterTests(() => stacks));

  it("leaves nothing after testbed down --all where a runner was killed in the middle of the loss of a node", async () => {
    await loseAgent(target, await target.up(twoReplicas, { signal }));
    const { stdout } = await run("node", [...testbed, "down", "--all"]);
    expect(stdout).toContain("undid node-loss");
    expect(await names()).toEqual([]);
    expect(await nodeImages()).toEqual([]);
    expect(pendingActs()).toEqual([]);
  });

  it("leaves nothing after testbed down --all where the engine was killed while the nodes came up", async () => {
    const up = run("node", [...testbed, "up", "k3s-docker.node", "--model", "tiny"]).catch((error) => error);
    await expect.poll(names, { timeout: 240_000, interval: 100 }).not.toEqual([]);
    const [lock] = stackLocks(`file://${join(privateFolder, "state")}`, "k3s-docker.node");
    process.kill(lock!.pid, "SIGKILL");
    expect(await up).toMatchObject({ code: 4 });
    await run("node", [...testbed, "down", "--all"]);
    expect(await names()).toEqual([]);
    expect(await nodeImages()).toEqual([]);
  });
});

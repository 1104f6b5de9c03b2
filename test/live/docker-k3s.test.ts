/** The k3s-docker target on a real engine, with the tiny model: nodes up, a variant, a load job, down, nothing left. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "../../infra/docker/engine.ts";
import { dockerLeftovers } from "../../infra/docker/leftovers.ts";
import { nodeRepository } from "../../infra/images/k3s-node.ts";
import { dockerPrefix, privateFolder } from "../../infra/places.ts";
import { kubeconfigPath } from "../../infra/plugin/k3s-config.ts";
import { builtInService } from "../../infra/services/index.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { writeSettings } from "../../infra/settings-file.ts";
import { openStacks, type Stacks } from "../../infra/stacks.ts";
import { type OpenTarget, targets } from "../../infra/targets/index.ts";
import { drivenOf } from "../../workloads/drive.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { materialise } from "../../workloads/schedule.ts";
import { handedTo } from "../../workloads/share.ts";
import { run, testbed } from "./command.ts";
import { findOrStartEngine } from "./docker-engine.ts";
import { setUpTiny } from "./set-up-tiny.ts";
import { keepSettings } from "./settings.ts";

const engine = await findOrStartEngine();
if (engine.missing !== null) console.warn(`skipped: no Docker engine: ${engine.missing}`);
afterAll(engine.end);

const variant = "onnx-int8";
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
    const { toolchain } = await setUpTiny({ target: "k3s-docker", variants: [variant] });
    stacks = openStacks(toolchain);
    target = targets["k3s-docker"].open({ toolchain, service: builtInService(), model: "tiny" });
  });

  afterAll(async () => {
    await run("node", [...testbed, "down", "--all"]);
    await putBack();
  });

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
    expect((await stacks.up(`k3s-docker.${variant}`, { model: "tiny" })).changed).toBe(false);
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
    await expect.poll(namespaces, { timeout: 60_000 }).not.toContain("testbed-load-");
    await kubectl(...namespace, "scale", "deployment/serving", "--replicas=2");
    await kubectl(...namespace, "rollout", "status", "deployment/serving", "--timeout=120s");
    const nodes = await kubectl(
      ...namespace,
      "get",
      "pods",
      "--output",
      "jsonpath={.items[*].spec.nodeName}",
    );
    expect(nodes.split(" ").sort()).toEqual(["agent-1", "server"]);
  });

  it("leaves nothing on the engine", async () => {
    await target.down(variant);
    await stacks.destroy("k3s-docker.node");
    expect(await names()).toEqual([]);
    expect(await nodeImages()).toEqual([]);
  });

  it("removes what a killed run has left", async () => {
    await stacks.up("k3s-docker.node");
    // As if the engine had been killed before it wrote down what it had made.
    const state = join(privateFolder, "state", ".pulumi", "stacks", "serving-testbed");
    for (const ending of ["json", "json.bak"])
      await rm(join(state, `k3s-docker.node.${ending}`), { force: true });
    expect(await stacks.list()).not.toContain("k3s-docker.node");
    expect(await names()).not.toEqual([]);
    await run("node", [...testbed, "down", "--all"]);
    expect(await names()).toEqual([]);
    expect(await nodeImages()).toEqual([]);
  });
});

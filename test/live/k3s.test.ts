/**
 * The k3s target on real parts, with the tiny model: one K3s node on this host for all that does not end it, with the
 * engine, pods, load and every disruption; then a study from a bare host to a bare one. The stacks' part is also the
 * contract of the kubernetes plugin: it must pass with the official one and with the stand-in.
 */
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPort } from "../../infra/components/load-job.ts";
import { openStacks, type Stacks } from "../../infra/engine/stacks.ts";
import { registered } from "../../infra/host/started-services.ts";
import { findLoadImage } from "../../infra/images/load.ts";
import { imageKind } from "../../infra/plugin/kinds/k3s/k3s-image.ts";
import { type NodeState, nodeKind } from "../../infra/plugin/kinds/k3s/k3s-node.ts";
import { builtInService } from "../../infra/services/index.ts";
import { type OpenTarget, targets } from "../../infra/targets/index.ts";
import { checked, throughServer } from "../../infra/targets/kubernetes/pods/load-pods.ts";
import type { Toolchain } from "../../infra/toolchain/index.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";
import { run, testbed } from "./command.ts";
import { disruptionTests, eager } from "./k3s-disruptions.ts";
import { leftovers, reasons, stateRoot } from "./k3s-host.ts";
import { expectClosedNode } from "./k3s-open-ports.ts";
import { ownServiceTests } from "./k3s-own-service.ts";
import { setUpTiny } from "./set-up-tiny.ts";

const variant = "int8-replicas";
const namespace = `testbed-${variant}`;

const takeDown = () => run("node", [...testbed, "down", "--all"]);

describe.skipIf(reasons.length > 0)("the k3s target", () => {
  let toolchain: Toolchain;
  let stacks: Stacks;
  let target: OpenTarget;
  const signal = new AbortController().signal;
  const kubectl = async (...args: string[]) => {
    const { outputs } = await stacks.up("k3s.node");
    const [folder] = readdirSync(stateRoot);
    const kubeconfig = join(stateRoot, folder!, "kubeconfig.yaml");
    return (await run(join(String(outputs.tools), "kubectl"), ["--kubeconfig", kubeconfig, ...args])).stdout;
  };

  beforeAll(async () => {
    // Where the official plugin can be had, it is the one that is tested.
    process.env.TESTBED_AIRGAP ??= "1";
    await takeDown();
    ({ toolchain } = await setUpTiny({ target: "k3s", variants: [variant] }));
    stacks = openStacks(toolchain);
    target = targets.k3s.open({ toolchain, service: builtInService(), model: "tiny" });
  });

  afterAll(takeDown);

  it("brings a node up, at another address where its own is taken, which a second up leaves alone", async () => {
    expect(leftovers()).toEqual([]);
    await execa("ip", ["link", "add", "taken0", "type", "veth", "peer", "name", "taken1"]);
    const first = await execa("ip", ["address", "add", "10.213.0.1/24", "dev", "taken0"])
      .then(() => execa("ip", ["link", "set", "taken0", "up"]))
      .then(() => stacks.up("k3s.node"))
      .finally(() => execa("ip", ["link", "delete", "taken0"]));
    expect(first.outputs.address).toBe("10.213.1.2");
    expect(first.secretOutputs).toEqual(["kubeconfig"]);
    expect(first.changed).toBe(true);
    const second = await stacks.up("k3s.node");
    expect(second.changed).toBe(false);
    expect(second.outputs.pid).toBe(first.outputs.pid);
    expect(await kubectl("get", "pods", "-A", "-o", "name")).toBe("");
  });

  it("brings a million samples of one pod back whole, through the API server", async () => {
    const { outputs } = await stacks.up("k3s.node");
    const { pid, startTime, tools, kubeconfig } = outputs as unknown as NodeState;
    const image = (await findLoadImage())!;
    const { reference } = await imageKind.create(
      { ...image, nodePid: pid, nodeStartTime: startTime, tools },
      signal,
    );
    const rows = 1_000_000;
    const script = `
      import { recorder } from "/opt/testbed/workloads/generator/recorder.ts";
      import { openWorkerApi } from "/opt/testbed/workloads/drive/worker-api.ts";
      const { columns } = recorder(${rows});
      columns.outcome.fill(0);
      for (let row = 0; row < ${rows}; row++) columns.completedMs[row] = row + 0.75;
      const api = openWorkerApi(${loadPort}, () => process.exit(0));
      api.give({ columns, worker: 0 });
      api.warm();`;
    const container = {
      name: "load",
      image: reference,
      imagePullPolicy: "Never",
      command: ["node", "--import", "tsx", "--input-type=module", "--eval", script],
      readinessProbe: { httpGet: { path: "/ready", port: loadPort }, periodSeconds: 1 },
      resources: { limits: { memory: "2Gi" } },
      volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
    };
    const pod = {
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "million" } },
      spec: {
        ...{ containers: [container], restartPolicy: "Never", enableServiceLinks: false },
        volumes: [{ name: "scratch", emptyDir: {} }],
      },
    };
    await kubectl("run", "million", "--image", reference, "--overrides", JSON.stringify(pod));
    await kubectl("wait", "--for=condition=Ready", "--timeout=400s", "pod/million");
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const question = { namespace: "default", name: "million", method: "GET", path: "/result", body: "" };
    const { status, content, digest } = await throughServer(config, question, signal);
    expect(status).toBe(200);
    const { columns } = checked("million", content, digest);
    expect(columns.outcome).toHaveLength(rows);
    expect(columns.completedMs[rows - 1]).toBe(rows - 0.25);
    await kubectl("delete", "pod/million", "--now");
  });

  it("serves a variant, which a second up leaves alone", async () => {
    const endpoint = await target.up(variant, { signal });
    const answer = await fetch(endpoint.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts: ["Is the model awake?"] }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ model: { name: "tiny", runtime: "onnx-int8" } });
    expect(await target.alive(endpoint)).toBe(true);
    const quotas = await target.quotas!(endpoint);
    expect(quotas).toHaveLength(2);
    // Its limit is one core, so there is a quota, and loading the model has used some of it.
    expect(quotas![0]!.periods).toBeGreaterThan(0);
    expect((await stacks.up(`k3s.${variant}`, { config: { model: "tiny" } })).changed).toBe(false);
  });

  it("opens what the table of docs/security.md lists, refuses whoever has no certificate, and keeps the rest within itself", async () => {
    const { address } = (await stacks.up("k3s.node")).outputs;
    const [controlGroup] = registered().flatMap(({ traces }) => traces?.controlGroup ?? []);
    await expectClosedNode(controlGroup!, String(address));
  });

  it("puts back what somebody changed or deleted", async () => {
    await kubectl("--namespace", namespace, "scale", "deployment/serving", "--replicas=1");
    await kubectl("--namespace", namespace, "delete", "service/serving");
    await stacks.refresh(`k3s.${variant}`);
    expect((await stacks.up(`k3s.${variant}`, { config: { model: "tiny" } })).changed).toBe(true);
    expect(
      await kubectl("--namespace", namespace, "get", "deployment/serving", "-o", "jsonpath={.spec.replicas}"),
    ).toBe("2");
    expect(await kubectl("--namespace", namespace, "get", "service/serving", "-o", "name")).toBe(
      "service/serving\n",
    );
  });

  it("notices that a pod was replaced during a trial", async () => {
    const endpoint = await target.up(variant, { signal });
    await kubectl("--namespace", namespace, "delete", "pods", "--all", "--grace-period=0", "--force");
    expect(await target.alive(endpoint)).toBe(false);
  });

  describe("with a service of a user's own", () => ownServiceTests(kubectl));

  describe("disrupted", () => disruptionTests(() => target, variant));

  it("keeps the pods' logs when a variant goes, and leaves nothing when the node goes too", async () => {
    const { logFile } = await target.up(eager, { signal });
    await target.down(eager);
    expect(readFileSync(logFile, "utf8")).toMatch(/== serving-/);
    expect(await kubectl("get", "namespaces", "-o", "name")).not.toContain("testbed-");
    await stacks.destroy("k3s.node");
    expect(leftovers()).toEqual([]);
  });

  it("says why a node did not become ready, and leaves nothing", async () => {
    const inputs = { ...(await nodeInputsOf(toolchain)), startTimeoutSeconds: 1 };
    await expect(nodeKind.create(inputs, signal)).rejects.toThrow(/not Ready after 1 s; the end of its log/);
    const broken = { ...inputs, binary: "/bin/false" };
    await expect(nodeKind.create(broken, signal)).rejects.toThrow(/ended before it was Ready/);
    expect(leftovers()).toEqual([]);
  });

  it("runs a study from a bare host to a bare host", async () => {
    const { stdout } = await run("node", [...testbed, "study", "test/live/studies/tiny-k3s.ts"], {
      maxBuffer: 2 ** 26,
    });
    const directory = join(stdout.trim().split("\n").at(-1)!, "..");
    const trials = await readdir(join(directory, "trials"));
    expect(trials).toHaveLength(3);
    for (const trial of trials) {
      const record = JSON.parse(await readFile(join(directory, "trials", trial, "trial.json"), "utf8"));
      expect(record).toMatchObject({ id: trial, status: "finished" });
      expect(record.generator.recorded).toBe(record.generator.scheduled);
      expect(record.serviceThrottledShare).toBeGreaterThanOrEqual(0);
    }
    const manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8"));
    const parts = manifest.toolchain.map(({ part }: { part: string }) => part);
    expect(parts).toEqual(expect.arrayContaining(["k3s", "pulumi kubernetes plugin", "serving image onnx"]));
    expect(leftovers()).toEqual([]);
  });
});

async function nodeInputsOf(toolchain: Toolchain) {
  const { findK3s } = await import("../../infra/toolchain/k3s/k3s.ts");
  const k3s = (await findK3s())!;
  expect(toolchain.parts.map(({ part }) => part)).toContain("k3s");
  const { binary, tools, overlay, pauseArchive, pauseImage } = k3s;
  return {
    ...{ binary, tools, overlay, pauseArchive, pauseImage },
    name: "k3s.orphan",
    nodeName: "testbed",
    version: k3s.parts[0]!.version,
    stateRoot,
    logFile: join(privateFolder, "logs", "k3s.orphan.log"),
    startTimeoutSeconds: 120,
  };
}

/**
 * The cluster target against a cluster that it knows by a kubeconfig's context alone, with images from a registry. The
 * cluster is the two K3s nodes in containers; the registry is a real one, at the nodes' gateway, for as long as the tests.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { openEngine } from "../../infra/docker/engine.ts";
import type { Stacks } from "../../infra/engine/stacks.ts";
import { pause } from "../../infra/host/process.ts";
import { whyNoRegistry } from "../../infra/images/oci/registry.ts";
import { dataFolder, kubeconfigPath } from "../../infra/plugin/kinds/k3s/k3s-config.ts";
import { unpackDebianPackages } from "../../infra/toolchain/provide/debian.ts";
import { dockerPrefix } from "../../infra/workspace/paths.ts";
import { writeSettings } from "../../infra/workspace/settings-file.ts";
import { timelineFile } from "../../workloads/samples/timeline.ts";
import { run, testbed } from "./command.ts";
import { onPath } from "./docker-engine.ts";
import { keepSettings } from "./settings.ts";

const kubectl = (...args: string[]) =>
  openEngine().run(`${dockerPrefix}-server`, ["kubectl", "--kubeconfig", kubeconfigPath, ...args]);

const packages = await mkdtemp(join(tmpdir(), "testbed-registry-"));
const registryProgram = await findRegistry();
if (registryProgram === undefined)
  console.warn("skipped: no registry to start, and no Debian package of one");

/** Registers the tests. @param given the stacks, with two nodes up */
export function clusterTests(given: () => Stacks): void {
  describe.skipIf(registryProgram === undefined)("with a registry", () => registryTests(given));
}

function registryTests(given: () => Stacks): void {
  let folder: string;
  let stacks: Stacks;
  let putBack = async () => {};
  let endRegistry: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "testbed-cluster-"));
    stacks = given();
    putBack = await keepSettings();
    const { outputs } = await stacks.up("k3s-docker.node");

    // A user's file: the context that is meant has a name, and the current one is another.
    const theirs = new KubeConfig();
    theirs.loadFromString(String(outputs.kubeconfig));
    theirs.contexts = theirs.contexts.map((context) => ({ ...context, name: "somewhere" }));
    theirs.setCurrentContext("elsewhere");
    await writeFile(join(folder, "kubeconfig"), theirs.exportConfig(), { mode: 0o600 });

    const { IPAM } = await openEngine().ask("GET", `/networks/${dockerPrefix}`);
    const host = `${IPAM.Config[0].Subnet.replace(/\.0\/24$/, ".1")}:5000`;
    endRegistry = await startRegistry(folder, host);
    await Promise.all(["server", "agent-1"].map((node) => trustPlain(`${dockerPrefix}-${node}`, host)));
    await writeSettings("cluster", {
      context: "somewhere",
      kubeconfig: join(folder, "kubeconfig"),
      registry: `http://${host}/lab`,
    });
  });

  afterAll(async () => {
    await endRegistry();
    await putBack();
    for (const one of [folder, packages]) await rm(one, { recursive: true, force: true });
  });

  it("runs a study there, its load away from its services, and leaves the cluster as it was", async () => {
    const before = await kubectl("get", "namespaces,nodes", "--output", "name");
    const { stdout } = await run("node", [...testbed, "study", "test/live/studies/tiny-cluster.ts"], {
      maxBuffer: 2 ** 26,
    });
    const directory = join(stdout.trim().split("\n").at(-1)!, "..");
    const { trials } = JSON.parse(await readFile(join(directory, "plan.json"), "utf8"));
    for (const { id } of trials) {
      const record = JSON.parse(await readFile(join(directory, "trials", id, "trial.json"), "utf8"));
      expect(record).toMatchObject({ id, status: "finished" });
      expect(record.generator.recorded).toBe(record.generator.scheduled);
      expect(record.generator.nodes).not.toEqual(record.deployment.nodes);
    }
    const { toolchain, notes } = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8"));
    expect(notes.join("\n")).toMatch(/Placement: no load pod ran on a node that served/);
    expect(toolchain.map(({ part }: { part: string }) => part)).toEqual(
      expect.arrayContaining(["cluster", "registry", "serving image onnx", "load image"]),
    );
    expect(await kubectl("get", "namespaces,nodes", "--output", "name")).toBe(before);
    expect((await stacks.list()).filter((name) => name.startsWith("cluster."))).toEqual([]);
  });

  it("is disrupted where its context is named once more, and not otherwise", async () => {
    const command = [...testbed, "study", "test/live/studies/tiny-cluster-disrupted.ts"];
    const before = await kubectl("get", "namespaces", "--output", "name");
    for (const named of [[], ["--disrupt-context", "elsewhere"]]) {
      await expect(run("node", [...command, ...named])).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining("somewhere, the context in use, as confirmation"),
      });
    }
    expect(await kubectl("get", "namespaces", "--output", "name")).toBe(before);
    const { stdout } = await run("node", [...command, "--disrupt-context", "somewhere"], {
      maxBuffer: 2 ** 26,
    });
    const directory = join(stdout.trim().split("\n").at(-1)!, "..");
    const { injections } = JSON.parse(await readFile(join(directory, "analysis.json"), "utf8")).recovery;
    expect(injections).toHaveLength(2);
    for (const { trial, account, variant } of injections) {
      const timeline = await readFile(join(directory, "trials", trial, "timeline.json"), "utf8");
      const { injections: made, events } = timelineFile.parse(JSON.parse(timeline));
      console.info(variant, JSON.stringify(made), JSON.stringify(account));
      expect(made).toMatchObject([{ error: "", steadyBefore: true, mechanism: "API: delete" }]);
      expect(events.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["pod-deleting", "pod-created", "pod-ready", "endpoint-added"]),
      );
      const { offered, ok, late, failed, lost } = account;
      expect(ok + late + failed + lost).toBe(offered);
    }
    expect(pendingActs()).toEqual([]);
    const { notes } = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8"));
    expect(notes.join("\n")).toContain("passes each request to a pod of its own choice");
  });

  it("does not touch anything where the context does not exist", async () => {
    const there = ["--context", "nowhere", "--model", "tiny"];
    await expect(run("node", [...testbed, "up", "cluster.onnx", ...there])).rejects.toMatchObject({
      stderr: expect.stringContaining("no kubeconfig has the context nowhere"),
    });
  });
}

/** On PATH, or unpacked for the test: an installed one would run as a service. */
async function findRegistry(): Promise<string | undefined> {
  const found = ["docker-registry", "registry"].find(onPath);
  if (found !== undefined) return found;
  return unpackDebianPackages(["docker-registry"], packages, { progress: () => {} }).then(
    () => join(packages, "usr", "bin", "docker-registry"),
    () => undefined,
  );
}

async function startRegistry(folder: string, host: string): Promise<() => Promise<void>> {
  const config = join(folder, "registry.yml");
  const storage = { filesystem: { rootdirectory: join(folder, "registry") } };
  await writeFile(config, JSON.stringify({ version: "0.1", storage, http: { addr: host } }));
  const registry = spawn(registryProgram!, ["serve", config], { stdio: "ignore" });
  for (const deadline = performance.now() + 20_000; (await whyNoRegistry(`http://${host}`)) !== null; ) {
    if (performance.now() > deadline || registry.exitCode !== null)
      throw new Error("the registry did not start");
    await pause(100);
  }
  return async () => {
    const exit = new Promise((resolve) => registry.once("exit", resolve));
    registry.kill("SIGTERM");
    await exit;
  };
}

/** As the owner of a cluster does for a registry without encryption: read at every pull. */
async function trustPlain(container: string, host: string): Promise<void> {
  const place = `${dataFolder}/agent/etc/containerd/certs.d/${host}`;
  const script = `mkdir -p ${place} && echo 'server = "http://${host}"' > ${place}/hosts.toml`;
  await openEngine().run(container, ["/bin/sh", "-c", script]);
}

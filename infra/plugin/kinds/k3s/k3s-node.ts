/**
 * The resource `testbed:k3s:Node`: a K3s server as a process of this Linux host, started as root.
 *
 * It runs in namespaces of its own (see k3s-node.sh), so that it finds the standard paths and ports free, and so that
 * its mounts, interfaces and packet filter rules end with it. The price, which a reader of latencies must know: one
 * virtual link between the host and the node.
 */

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { endOfLog } from "../../../../files/last-lines.ts";
import { freeSubnet, usedSubnets } from "../../../host/free-subnet.ts";
import { kernelSettingsBefore, nodeTraces, removeTraces } from "../../../host/k3s-leftovers.ts";
import { isAlive, type ProcessId, pause, spawnDetached, stop } from "../../../host/process.ts";
import { register, stopNamesakes, unregister } from "../../../host/started-services.ts";
import type { ResourceKind } from "../resource.ts";
import { bridgeNetwork, containerdFiles, dataFolder, serverArguments } from "./k3s-config.ts";
import { hasCapability, whyNot } from "./k3s-host.ts";

export const nodeInputs = z.strictObject({
  /** Stack and resource, for messages. */
  name: z.string(),
  nodeName: z.string(),
  version: z.string(),
  binary: z.string(),
  /** Folder of `kubectl`, `ctr` and what the server calls by name. */
  tools: z.string(),
  overlay: z.string().nullable(),
  pauseArchive: z.string().nullable(),
  pauseImage: z.string().nullable(),
  /** Each node makes a folder of its own below it. */
  stateRoot: z.string(),
  logFile: z.string(),
  startTimeoutSeconds: z.number().positive(),
});
export type NodeInputs = z.infer<typeof nodeInputs>;

export const nodeState = nodeInputs.extend({
  pid: z.number(),
  startTime: z.string(),
  token: z.string(),
  address: z.string(),
  /** With the certificate of the node's administrator. */
  kubeconfig: z.string(),
  readySeconds: z.number(),
  traces: nodeTraces,
});
export type NodeState = z.infer<typeof nodeState>;

const run = promisify(execFile);
const script = fileURLToPath(new URL("k3s-node.sh", import.meta.url));
const pollMs = 250;

export const nodeKind: ResourceKind<NodeInputs, NodeState> = {
  inputs: nodeInputs,
  state: nodeState,
  id: ({ pid, startTime }) => `${pid}@${startTime}`,
  create: createNode,
  isThere: async (state) => isAlive(state),
  remove: removeNode,
};

/** @throws Error with the log's last lines where the node ends or does not become Ready; nothing is left */
export async function createNode(inputs: NodeInputs, signal: AbortSignal): Promise<NodeState> {
  const reasons = whyNot(inputs);
  if (reasons.length > 0) {
    throw new Error(`a K3s node cannot run on this host:\n${reasons.map((line) => `  ${line}`).join("\n")}`);
  }
  await stopNamesakes(inputs.name);
  const token = randomUUID();
  const short = token.slice(0, 8);
  const traces = {
    stateFolder: join(inputs.stateRoot, short),
    link: `testbed-${short.slice(0, 7)}`,
    controlGroup: `testbed-${short}`,
    kernelSettings: kernelSettingsBefore(),
  };
  const { host, node } = freeAddresses();
  prepareState(inputs, traces.stateFolder);
  const started = performance.now();
  const id = await spawnDetached({
    command: [
      "unshare",
      ..."--mount --net --pid --ipc --uts --fork --kill-child".split(" "),
      script,
      "enter",
      traces.stateFolder,
      traces.controlGroup,
      inputs.overlay ?? "-",
      `${node}/30`,
      host,
      inputs.binary,
      ...serverArguments({
        nodeName: inputs.nodeName,
        address: node,
        pauseImage: inputs.pauseImage,
        network: inputs.overlay === null ? "bundled" : "bridge",
      }),
    ],
    cwd: "/",
    environment: { PATH: `${inputs.tools}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: "/root" },
    logFile: inputs.logFile,
    token,
  });
  register({ name: inputs.name, ...id, token, logFile: inputs.logFile, traces });
  try {
    await connect(traces.link, id.pid, host);
    const kubeconfig = await untilReady(inputs, id, traces.stateFolder, node, signal);
    const readySeconds = (performance.now() - started) / 1000;
    return { ...inputs, ...id, token, address: node, kubeconfig, readySeconds, traces };
  } catch (error) {
    await removeNode({ ...id, token, traces });
    throw error;
  }
}

export async function removeNode(node: ProcessId & Pick<NodeState, "token" | "traces">): Promise<void> {
  await stop(node, node.token, 0);
  await removeTraces(node.traces);
  unregister(node.token);
}

/** Two ends of a link in a block that is not taken on this host. */
function freeAddresses(): { readonly host: string; readonly node: string } {
  const block = freeSubnet("10.213", 0, usedSubnets());
  if (block === undefined) throw new Error("10.213.0.0/16 has no free address for the node");
  return { host: `${block}.1`, node: `${block}.2` };
}

function prepareState({ pauseArchive, overlay }: NodeInputs, folder: string): void {
  const seen = (path: string) => join(folder, "rancher", path.slice("/var/lib/rancher/".length));
  const containerd = seen(`${dataFolder}/agent/etc/containerd`);
  const images = seen(`${dataFolder}/agent/images`);
  mkdirSync(dirname(folder), { recursive: true });
  // The runtime and the cluster's store keep what pods are started with, secrets among it.
  mkdirSync(folder, { mode: 0o700 });
  for (const path of [containerd, images]) mkdirSync(path, { recursive: true });
  const files = containerdFiles(!hasCapability("SYS_RESOURCE"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(containerd, name), content);
  if (pauseArchive !== null) copyFileSync(pauseArchive, join(images, "pause.tar"));
  if (overlay !== null) {
    mkdirSync(join(folder, "cni"));
    writeFileSync(join(folder, "cni", "10-testbed.conflist"), bridgeNetwork());
  }
}

/** The host's end stays here; the node's end appears in its namespace as eth0, and k3s-node.sh goes on. */
async function connect(link: string, pid: number, host: string): Promise<void> {
  await run("ip", ["link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", String(pid)]);
  await run("ip", ["address", "add", `${host}/30`, "dev", link]);
  await run("ip", ["link", "set", link, "up"]);
}

const nodeCondition = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
  spec: z.object({ taints: z.array(z.object({ key: z.string() })).default([]) }),
});

async function untilReady(
  inputs: NodeInputs,
  id: ProcessId,
  stateFolder: string,
  address: string,
  signal: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + inputs.startTimeoutSeconds * 1000;
  const written = join(stateFolder, "rancher", "kubeconfig.yaml");
  const usable = join(stateFolder, "kubeconfig.yaml");
  for (;;) {
    signal.throwIfAborted();
    if (!isAlive(id)) throw failure(inputs, "ended before it was Ready");
    if (performance.now() > deadline) {
      throw failure(inputs, `was not Ready after ${inputs.startTimeoutSeconds} s`);
    }
    if (existsSync(written)) {
      const kubeconfig = readFileSync(written, "utf8").replace("https://127.0.0.1:", `https://${address}:`);
      writeFileSync(usable, kubeconfig, { mode: 0o600 });
      if (await isReady(inputs, usable)) return kubeconfig;
    }
    await pause(pollMs);
  }
}

async function isReady({ tools, nodeName }: NodeInputs, kubeconfig: string): Promise<boolean> {
  try {
    const asked = [
      "--kubeconfig",
      kubeconfig,
      "get",
      "node",
      nodeName,
      "--output",
      "json",
      "--request-timeout=5s",
    ];
    const { stdout } = await run(join(tools, "kubectl"), asked, { timeout: 10_000 });
    const { status, spec } = nodeCondition.parse(JSON.parse(stdout));
    const ready = status.conditions.some(({ type, status }) => type === "Ready" && status === "True");
    return ready && spec.taints.length === 0;
  } catch {
    return false;
  }
}

function failure({ name, logFile }: NodeInputs, what: string): Error {
  return new Error(`node ${name} ${what}; the end of its log (${logFile}):\n${endOfLog(logFile)}`);
}

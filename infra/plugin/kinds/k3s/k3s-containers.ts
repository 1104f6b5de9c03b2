/**
 * The resource `testbed:k3s:Containers`: K3s nodes that are containers. It exists once all of them are Ready and the
 * services to come have an address on this machine.
 */
import { z } from "zod";
import { allRun, type DockerEngine, openEngine } from "../../../docker/engine.ts";
import { sameServer } from "../../../docker/node-address.ts";
import { pause } from "../../../host/process.ts";
import { removeKubeconfig } from "../../../workspace/kubeconfig-files.ts";
import type { ResourceKind } from "../resource.ts";
import { kubeconfigPath } from "./k3s-config.ts";

export const containersInputs = z.strictObject({
  /** Stack, for messages. */
  name: z.string(),
  /** Ids, the server's first. */
  containers: z.array(z.string()).min(1),
  nodeNames: z.array(z.string()).min(1),
  apiPort: z.number(),
  startTimeoutSeconds: z.number().positive(),
});
export type ContainersInputs = z.infer<typeof containersInputs>;

export const containersState = containersInputs.extend({
  /** With the certificate of the administrator. */
  kubeconfig: z.string(),
  /** Ports of this machine by ports of the server. */
  ports: z.record(z.string(), z.number()),
  /** The server's own, where this machine reaches it; null where its published ports are all there is. */
  address: z.string().nullable().default(null),
  readySeconds: z.number(),
});
export type ContainersState = z.infer<typeof containersState>;

const pollMs = 500;
/** Loopback of this machine: not reachable from others. */
const loopback = "127.0.0.1";

export const containersKind: ResourceKind<ContainersInputs, ContainersState> = {
  inputs: containersInputs,
  state: containersState,
  id: ({ containers }) => containers.map((id) => id.slice(0, 12)).join(" "),

  async create(inputs, signal) {
    const started = performance.now();
    const engine = openEngine();
    const server = inputs.containers[0]!;
    const deadline = started + inputs.startTimeoutSeconds * 1000;
    for (;;) {
      signal.throwIfAborted();
      await failIfEnded(engine, inputs);
      const missing = await notReady(engine, server, inputs.nodeNames);
      if (missing.length === 0) break;
      if (performance.now() > deadline) {
        const what = `${missing.join(", ")} of ${inputs.name} not Ready after ${inputs.startTimeoutSeconds} s`;
        throw new Error(`${what}; the end of the server's log:\n${await lastLines(engine, server)}`);
      }
      await pause(pollMs);
    }
    const { NetworkSettings } = await engine.ask("GET", `/containers/${server}/json`);
    const ports = publishedPorts(NetworkSettings);
    const address = await reachableAddress(NetworkSettings, inputs.apiPort, ports[String(inputs.apiPort)]!);
    const kubeconfig = (await engine.run(server, ["cat", kubeconfigPath])).replace(
      `https://127.0.0.1:${inputs.apiPort}`,
      `https://${loopback}:${ports[String(inputs.apiPort)]}`,
    );
    return { ...inputs, kubeconfig, ports, address, readySeconds: (performance.now() - started) / 1000 };
  },

  isThere: ({ containers }) => allRun(containers),

  // The containers are resources of their own.
  remove: async ({ containers }) => removeKubeconfig(containers[0]!),
};

async function failIfEnded(engine: DockerEngine, { name, containers, nodeNames }: ContainersInputs) {
  for (const [index, id] of containers.entries()) {
    const found = await engine.find(`/containers/${id}/json`);
    if (found?.State.Running === true) continue;
    const words = found === null ? "(gone)" : await lastLines(engine, id);
    throw new Error(
      `node ${nodeNames[index]} of ${name} ended before it was Ready; the end of its log:\n${words}`,
    );
  }
}

/** @returns names of nodes that are not Ready yet */
async function notReady(
  engine: DockerEngine,
  server: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const asked = [
    ...["kubectl", "--kubeconfig", kubeconfigPath, "get", "nodes", "--request-timeout=5s"],
    ...["--output", "jsonpath={range .items[*]}{.metadata.name} {.spec.taints[*].key} "],
  ];
  asked[asked.length - 1] += '{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const lines = await engine.run(server, asked).then(
    (text) => text.trim().split("\n"),
    () => [],
  );
  // A tainted node has its key between name and status.
  const ready = new Set(
    lines
      .map((line) => line.trim().split(/\s+/))
      .flatMap(([name, status]) => (status === "True" ? [name!] : [])),
  );
  return names.filter((name) => !ready.has(name));
}

/** Of a container, as the engine tells it. */
interface NetworkSettings {
  readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;
  readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
}

function publishedPorts({ Ports }: NetworkSettings): Record<string, number> {
  return Object.fromEntries(
    Object.entries(Ports ?? {}).flatMap(([port, hosts]) => {
      const host = hosts?.[0]?.HostPort;
      return host === undefined ? [] : [[port.split("/")[0]!, Number(host)]];
    }),
  );
}

/** This machine cannot reach the addresses of an engine in a virtual machine; another host may have them. */
async function reachableAddress(
  { Networks }: NetworkSettings,
  apiPort: number,
  published: number,
): Promise<string | null> {
  const host = Object.values(Networks)[0]?.IPAddress ?? "";
  if (host === "") return null;
  const reached = await sameServer({ host, port: apiPort }, { host: loopback, port: published });
  return reached ? host : null;
}

async function lastLines(engine: DockerEngine, id: string): Promise<string> {
  return engine.logs(id, 15).catch(() => "(no log)");
}

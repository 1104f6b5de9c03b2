/**
 * Takes the container of a K3s node away like a machine that loses power, and brings it back. SIGKILL alone would not
 * do: the kernel closes the connections of killed processes, so every peer is told at once. A pause would not do
 * either: the kernel keeps answering for frozen processes, which is a hang. So the network is disconnected first, then
 * the container is killed.
 */
import { z } from "zod";
import type { DockerEngine } from "../../docker/engine.ts";
import { dockerPrefix } from "../../workspace/paths.ts";
import type { NodeContainer } from "../service-under-test.ts";

export const nodeContainer = z.strictObject({
  /** As the cluster calls it. */
  name: z.string().min(1),
  /** Id. */
  container: z.string().min(12),
  /** Id of its network, and its address there. */
  network: z.string().min(12),
  address: z.string(),
});
type Node = z.infer<typeof nodeContainer>;

/** @returns null where there is no such container @throws Error where it is not this workspace's, or not in one network */
export async function ownedNode(
  engine: DockerEngine,
  { name, container }: NodeContainer,
): Promise<Node | null> {
  const found = await inspected(engine, { name, container });
  if (found === null) return null;
  const networks = Object.values(found.NetworkSettings.Networks);
  const [only] = networks;
  if (only === undefined || networks.length > 1) {
    throw new Error(`the container of node ${name} is in ${networks.length} networks instead of one`);
  }
  return {
    name,
    container,
    network: only.NetworkID,
    address: only.IPAMConfig?.IPv4Address ?? only.IPAddress,
  };
}

/** Whether it runs. @throws Error where it is not this workspace's */
export async function runningNode(engine: DockerEngine, node: NodeContainer): Promise<boolean> {
  return (await inspected(engine, node))?.State.Running === true;
}

/** @throws Error where it is gone, or does not run */
export async function takeAway(engine: DockerEngine, node: Node): Promise<void> {
  const found = await inspected(engine, node);
  if (found?.State.Running !== true) throw new Error(`node ${node.name} no longer exists`);
  await disconnect(engine, node);
  await kill(engine, node);
}

/** @returns false where it was not away, or its container has gone for good */
export async function bringBack(engine: DockerEngine, node: Node): Promise<boolean> {
  const found = await inspected(engine, node);
  if (found === null) return false;
  const connected = isIn(found, node);
  if (connected && found.State.Running) return false;
  // A runner was killed between the two acts: the routes went with the network, and its first process makes them.
  if (found.State.Running) await kill(engine, node);
  if (!connected) {
    await engine.ask("POST", `/networks/${node.network}/connect`, {
      Container: node.container,
      EndpointConfig: { IPAMConfig: { IPv4Address: node.address } },
    });
  }
  await engine.ask("POST", `/containers/${node.container}/start`);
  return true;
}

interface Inspected {
  readonly Id: string;
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Hostname: string; readonly Labels: Readonly<Record<string, string>> | null };
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<
        string,
        {
          readonly NetworkID: string;
          readonly IPAddress: string;
          readonly IPAMConfig: { readonly IPv4Address?: string } | null;
        }
      >
    >;
  };
}

/** By id, label and name, before anything is done to it. */
async function inspected(
  engine: DockerEngine,
  { name, container }: NodeContainer,
): Promise<Inspected | null> {
  const found: Inspected | null = await engine.find(`/containers/${container}/json`);
  if (found === null) return null;
  const { Id, Config } = found;
  if (Id !== container || Config.Labels?.testbed !== dockerPrefix || Config.Hostname !== name) {
    throw new Error(`the container ${container.slice(0, 12)} is not this workspace's node ${name}`);
  }
  return found;
}

function isIn({ NetworkSettings }: Inspected, { network }: Node): boolean {
  return Object.values(NetworkSettings.Networks).some(({ NetworkID }) => NetworkID === network);
}

async function disconnect(engine: DockerEngine, { network, container }: Node): Promise<void> {
  await engine.ask("POST", `/networks/${network}/disconnect`, { Container: container, Force: true });
}

/** @returns once nothing of it runs */
async function kill(engine: DockerEngine, { container }: Node): Promise<void> {
  const ended = engine.ask("POST", `/containers/${container}/wait?condition=not-running`);
  await Promise.all([engine.ask("POST", `/containers/${container}/kill?signal=SIGKILL`), ended]);
}

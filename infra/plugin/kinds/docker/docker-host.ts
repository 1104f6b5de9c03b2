/**
 * The resource `testbed:docker:Host`: what a Docker engine allows a K3s node, determined by trying, and the settings
 * that the nodes of one cluster share. It leaves nothing on the engine.
 */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { messageOf } from "../../../../errors/errors.ts";
import { type DockerEngine, openEngine } from "../../../docker/engine.ts";
import { freeSubnet, subnetOf, usedSubnets } from "../../../host/free-subnet.ts";
import type { ResourceKind } from "../resource.ts";

export const dockerHostInputs = z.strictObject({
  /** What the engine is tried with: an image with /bin/true. */
  image: z.string(),
  /** Of the nodes; also where the search for a free network begins. */
  name: z.string(),
});
export type DockerHostInputs = z.infer<typeof dockerHostInputs>;

export const dockerHostState = dockerHostInputs.extend({
  /** Whether a container may have every capability of the engine's host. */
  privileged: z.boolean(),
  /** Why not; empty where it may. */
  reason: z.string(),
  /** First three numbers of the nodes' addresses. */
  network: z.string(),
  /** What a node shows to join the others. */
  joinToken: z.string(),
  engineVersion: z.string(),
});
export type DockerHostState = z.infer<typeof dockerHostState>;

export const dockerHostKind: ResourceKind<DockerHostInputs, DockerHostState> = {
  inputs: dockerHostInputs,
  state: dockerHostState,
  id: ({ name, network }) => `${name} in ${network}.0/24`,
  async create(inputs) {
    const engine = openEngine();
    const reason = await whyNotPrivileged(engine, inputs);
    return {
      ...inputs,
      privileged: reason === null,
      reason: reason ?? "",
      network: await freeNetwork(engine, inputs.name),
      joinToken: randomBytes(16).toString("hex"),
      engineVersion: String((await engine.ask("GET", "/version")).Version),
    };
  },
  isThere: async () => true,
  remove: async () => undefined,
};

/** An engine that is itself confined cannot hand on what it has not. */
async function whyNotPrivileged(
  engine: DockerEngine,
  { image, name }: DockerHostInputs,
): Promise<string | null> {
  const { Id: id } = await engine.ask("POST", "/containers/create", {
    Image: image,
    Entrypoint: ["/bin/true"],
    Labels: { testbed: name },
    HostConfig: { Privileged: true, NetworkMode: "none" },
  });
  try {
    await engine.ask("POST", `/containers/${id}/start`);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    await engine.ask("DELETE", `/containers/${id}?force=true&v=true`);
  }
}

/** @returns a block that neither the engine's networks nor, where it is the same machine, its interfaces are in */
async function freeNetwork(engine: DockerEngine, name: string): Promise<string> {
  const networks = (await engine.ask("GET", "/networks")) as {
    IPAM: { Config: { Subnet?: string }[] | null };
  }[];
  const taken = new Set([
    ...networks.flatMap(({ IPAM }) => IPAM.Config ?? []).map(({ Subnet = "" }) => subnetOf(Subnet)),
    ...usedSubnets(),
  ]);
  const first = createHash("sha256").update(name).digest()[0]!;
  const block = freeSubnet("10.215", first, taken);
  if (block === undefined) throw new Error("no block of 10.215.0.0/16 is free for the network of the nodes");
  return block;
}

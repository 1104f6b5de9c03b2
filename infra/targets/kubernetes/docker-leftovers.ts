/** This workspace's objects on a Docker engine, found by their label, whether or not a stack still lists them. */

import { type DockerEngine, openEngine, whyNoEngine } from "../../docker/engine.ts";
import { nodeRepository } from "../../images/k3s-node.ts";
import { removeKubeconfigs } from "../../workspace/kubeconfig-files.ts";
import { dockerPrefix } from "../../workspace/paths.ts";

interface Leftover {
  /** For a person. */
  readonly name: string;
  readonly path: string;
}

/** Containers first: what they use can be removed only after them. None where no engine answers. */
export async function dockerLeftovers(): Promise<readonly Leftover[]> {
  if ((await whyNoEngine()) !== null) return [];
  const engine = openEngine();
  const filters = encodeURIComponent(JSON.stringify({ label: [`testbed=${dockerPrefix}`] }));
  const [containers, networks, { Volumes: volumes }] = (await Promise.all([
    engine.ask("GET", `/containers/json?all=true&filters=${filters}`),
    engine.ask("GET", `/networks?filters=${filters}`),
    engine.ask("GET", `/volumes?filters=${filters}`),
  ])) as [Listed[], Listed[], { Volumes: Listed[] | null }];
  return [
    ...containers.map(({ Id, Names }) => ({
      name: `container ${Names?.[0]?.slice(1) ?? Id}`,
      path: `/containers/${Id}?force=true&v=true`,
    })),
    ...networks.map(({ Id, Name }) => ({ name: `network ${Name}`, path: `/networks/${Id}` })),
    ...(volumes ?? []).map(({ Name }) => ({ name: `volume ${Name}`, path: `/volumes/${Name}` })),
  ];
}

interface Listed {
  readonly Id?: string;
  readonly Name?: string;
  readonly Names?: readonly string[];
}

/** @returns names of what was removed */
export async function removeDockerLeftovers(): Promise<readonly string[]> {
  const found = await dockerLeftovers();
  if (found.length === 0) return [];
  const engine = openEngine();
  for (const { path } of found) await gone(engine, path, [404]);
  removeKubeconfigs();
  // Of the nodes; one that another checkout's nodes are made of is in use, and stays.
  const filters = encodeURIComponent(JSON.stringify({ reference: [nodeRepository] }));
  const images = (await engine.ask("GET", `/images/json?filters=${filters}`)) as Listed[];
  for (const { Id } of images) await gone(engine, `/images/${Id}`, [404, 409]);
  return found.map(({ name }) => name);
}

async function gone(engine: DockerEngine, path: string, accepted: readonly number[]): Promise<void> {
  await engine.ask("DELETE", path).catch((error) => {
    if (!accepted.includes(error.status)) throw error;
  });
}

/** The image store of a pod's node: through its runtime's socket on this host, or inside its container. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { openEngine } from "../../docker/engine.ts";
import { registered } from "../../host/started-services.ts";
import { ctrOptions, socketOf } from "../../plugin/kinds/k3s/containerd.ts";
import { runningNode } from "../node/node-container.ts";
import type { K3sDockerService, K3sService } from "../service-under-test.ts";

const run = promisify(execFile);

export const imageStore = z.union([
  z.strictObject({
    ctr: z.string(),
    /** Of the node's container runtime, as this machine sees it. */
    socket: z.string(),
  }),
  z.strictObject({ name: z.string(), container: z.string() }),
]);
export type ImageStore = z.infer<typeof imageStore>;

/** @throws Error where the node does not belong to this workspace */
export async function storeOf(
  service: K3sService | K3sDockerService,
  nodeName: string | undefined,
): Promise<ImageStore> {
  if (service.target === "k3s-docker") {
    const node = service.nodes.find(({ name }) => name === nodeName);
    if (node === undefined) throw new Error(`the node ${nodeName} does not belong to this workspace`);
    return node;
  }
  const node = registered().find(
    ({ traces }) => traces !== undefined && service.cluster.kubeconfig.startsWith(`${traces.stateFolder}/`),
  );
  if (node === undefined) throw new Error("the node does not belong to this workspace");
  const { findK3s } = await import("../../toolchain/k3s/k3s.ts");
  return { ctr: join((await findK3s())?.tools ?? "", "ctr"), socket: socketOf(node.pid) };
}

/** False where the node has gone, and its images with it. */
export async function storeIsThere(store: ImageStore): Promise<boolean> {
  return "socket" in store ? existsSync(store.socket) : runningNode(openEngine(), store);
}

export async function namesIn(store: ImageStore): Promise<readonly string[]> {
  return (await images(store, ["ls", "--quiet"])).split("\n");
}

/** `ctr images` there. */
export async function images(store: ImageStore, args: readonly string[]): Promise<string> {
  if ("socket" in store) {
    const command = [...ctrOptions(store.socket), "images", ...args];
    return (await run(store.ctr, command, { timeout: 30_000 })).stdout;
  }
  if (!(await runningNode(openEngine(), store))) throw new Error(`node ${store.name} does not exist`);
  return openEngine().run(store.container, ["ctr", ...ctrOptions(), "images", ...args]);
}

/**
 * Credentials of clusters whose nodes are containers, one private file each, so that a disruption can record the path
 * of a file. Each is removed with its cluster.
 */
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { privateFolder } from "./paths.ts";

const folder = join(privateFolder, "kubeconfigs");

/** @param server container that holds the API @returns path */
export function keepKubeconfig(server: string, kubeconfig: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = fileOf(server);
  writeFileSync(`${path}.draft`, kubeconfig, { mode: 0o600 });
  chmodSync(`${path}.draft`, 0o600);
  renameSync(`${path}.draft`, path);
  return path;
}

/** Idempotent. */
export function removeKubeconfig(server: string): void {
  rmSync(fileOf(server), { force: true });
}

/** Of every cluster: none is left. */
export function removeKubeconfigs(): void {
  rmSync(folder, { recursive: true, force: true });
}

function fileOf(server: string): string {
  return join(folder, `${server}.yaml`);
}

/** The source and the machine that a result comes from. */
import { readFile } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { ManifestFile } from "../../analysis/schema/results-folder.ts";
import { isInstalled, packageRoot } from "../../infra/workspace/paths.ts";

/** Of the testbed's own code: the current folder may be a repository of the user's. */
export async function source(): Promise<ManifestFile["source"]> {
  if (isInstalled) {
    const made = await readFile(join(packageRoot, "dist", "source.json"), "utf8");
    return JSON.parse(made) as ManifestFile["source"];
  }
  const git = (args: readonly string[]) => execa("git", args, { cwd: packageRoot, reject: false });
  const commit = await git(["rev-parse", "HEAD"]);
  const status = await git(["status", "--porcelain"]);
  return commit.exitCode === 0
    ? { commit: commit.stdout.trim(), dirty: status.stdout.trim() !== "" }
    : { commit: "not a git checkout", dirty: true };
}

export function machine(): ManifestFile["machine"] {
  return {
    os: `${os.type()} ${os.arch()}`,
    kernel: os.release(),
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.cpus().length,
    memoryBytes: os.totalmem(),
    node: process.version,
  };
}

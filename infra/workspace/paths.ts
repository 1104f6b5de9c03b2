/**
 * The folders. The **package** is this code, wherever it is: a checkout, or a folder in node_modules, which may be
 * read-only. The **workspace** is the folder where the user works: state, logs, bundles and results are in it.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { workspaceFor } from "./workspace.js";

export const packageRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** Installed by npm for another project: compiled, not a checkout. */
export const isInstalled = packageRoot.split(sep).includes("node_modules");
export const workspace = workspaceFor(process.cwd(), packageRoot, process.env.TESTBED_WORKSPACE);
/** All that the testbed keeps of a workspace, except results. Not under version control. */
export const privateFolder = join(workspace, ".testbed");
export const serviceFolder = join(packageRoot, "infra", "services", "sentiment");
/** Of this workspace's things on a Docker engine, which others may use too. */
export const dockerPrefix = `testbed-${createHash("sha256").update(workspace).digest("hex").slice(0, 8)}`;

/** Of a package that this one depends on, wherever npm has put it: beside this package's code, or further up. */
export function installedPackage(name: string): string {
  for (let folder = packageRoot; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(place)) return place;
    if (folder === dirname(folder)) throw new Error(`the package ${name} is not installed`);
  }
}

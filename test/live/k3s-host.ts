/** What the K3s tests know of the host that they run on. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { registered } from "../../infra/host/started-services.ts";
import { whyNot } from "../../infra/plugin/kinds/k3s/k3s-host.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";

export const stateRoot = join(privateFolder, "k3s");
/** Why a K3s node cannot run here; empty where it can. */
export const reasons = whyNot({ stateRoot });
if (reasons.length > 0) console.warn(`skipped: a K3s node cannot run here: ${reasons.join("; ")}`);

/** The control groups and network interfaces of nodes, of whichever checkout. */
function nodeNames(): readonly string[] {
  const groups = existsSync("/sys/fs/cgroup/cgroup.controllers")
    ? ["/sys/fs/cgroup"]
    : readdirSync("/sys/fs/cgroup").map((name) => `/sys/fs/cgroup/${name}`);
  return [...groups.flatMap((path) => readdirSync(path)), ...Object.keys(networkInterfaces())].filter(
    (name) => name.startsWith("testbed-"),
  );
}

/** Of other checkouts, and theirs to remove: what no service that is registered here has made. */
const foreign = new Set(nodeNames());
for (const { traces } of registered()) {
  if (traces === undefined) continue;
  foreign.delete(traces.link);
  foreign.delete(traces.controlGroup);
}
if (foreign.size > 0) console.warn(`left on this host by another checkout: ${[...foreign].join(", ")}`);

/** Whatever a node of this checkout can leave on its host. */
export function leftovers(): readonly string[] {
  return [
    ...registered().map(({ name }) => `service ${name}`),
    ...readdirSync(stateRoot).map((name) => `folder ${name}`),
    ...nodeNames().filter((name) => !foreign.has(name)),
    ...readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .filter((line) => line.includes(stateRoot)),
  ];
}

/** What a node runs with where the release does not bring it, from Debian packages, as a tree laid over the node's root. */
import { readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ProvideOptions } from "../provide/cache.ts";
import { unpackDebianPackages } from "../provide/debian.ts";

/** Runtime, network plugins and packet filter. */
const nodePackages = [
  "runc",
  "containernetworking-plugins",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libnftnl11",
  "libmnl0",
  "libnfnetlink0",
  "libnetfilter-conntrack3",
] as const;
const networkPlugins = ["bridge", "host-local", "loopback", "portmap", "firewall"] as const;

/** @returns the version of each package */
export async function unpackOverlay(
  overlay: string,
  options: ProvideOptions,
): Promise<Readonly<Record<string, string>>> {
  const versions = await unpackDebianPackages(nodePackages, overlay, options);
  await arrange(overlay);
  return versions;
}

/** Where a node looks for them: packet filter commands by their plain names, network plugins in the standard folder. */
async function arrange(overlay: string): Promise<void> {
  for (const command of ["iptables", "ip6tables"]) {
    for (const suffix of ["", "-save", "-restore"]) {
      await symlink(`${command}-nft${suffix}`, join(overlay, "usr", "sbin", `${command}${suffix}`));
    }
  }
  const plugins = join(overlay, "usr", "lib", "cni");
  for (const name of await readdir(plugins)) {
    if (!(networkPlugins as readonly string[]).includes(name)) await rm(join(plugins, name));
  }
  await rm(join(overlay, "usr", "share"), { recursive: true, force: true });
}

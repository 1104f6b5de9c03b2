/**
 * The parts that a built K3s lacks and the release contains, from Debian packages, as a tree laid over the node's root.
 * It is cached apart from K3s, whose build takes minutes.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedPath, type ProvideOptions, provideOnce } from "../provide/cache.ts";
import { unpackDebianPackages } from "../provide/debian.ts";
import type { Part } from "../provide/part.ts";

/** Runtime, network plugins, packet filter and the sets of addresses that network policies are made of. */
const nodePackages = [
  "runc",
  "containernetworking-plugins",
  "iptables",
  "ipset",
  "libipset13",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libnftnl11",
  "libmnl0",
  "libnfnetlink0",
  "libnetfilter-conntrack3",
] as const;
const networkPlugins = ["bridge", "host-local", "loopback", "portmap", "firewall"] as const;

const named = ["runc", "containernetworking-plugins", "iptables", "ipset"] as const;
/** To be raised when this file makes something else of the same packages. */
const recipe = "1";
const key = `k3s-overlay-${createHash("sha256")
  .update([recipe, ...nodePackages].join(" "))
  .digest("hex")
  .slice(0, 16)}`;

export interface Overlay {
  readonly path: string;
  readonly parts: readonly Part[];
}

export async function provideOverlay(options: ProvideOptions): Promise<Overlay> {
  const place = await provideOnce(
    key,
    async (draft) => {
      const tree = join(draft, "tree");
      const versions = await unpackDebianPackages(nodePackages, tree, options);
      await arrange(tree);
      await writeFile(join(draft, "packages.json"), JSON.stringify(versions));
    },
    options,
  );
  return overlayAt(place);
}

/** Null where set-up has not unpacked it. */
export async function findOverlay(root?: string): Promise<Overlay | null> {
  const place = cachedPath(key, root);
  return existsSync(place) ? overlayAt(place) : null;
}

async function overlayAt(place: string): Promise<Overlay> {
  const path = join(place, "tree");
  const versions = JSON.parse(await readFile(join(place, "packages.json"), "utf8"));
  const parts = named.map((part) => {
    return { part, version: String(versions[part]), origin: "Debian package", path, note: "" };
  });
  return { path, parts };
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

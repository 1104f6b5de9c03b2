/**
 * The pinned K3s: the official release, checked against its published checksum, or the same Kubernetes version built
 * from the pinned Go module. The release carries a container runtime and network plugins of its own; the build takes
 * them from Debian packages.
 */
import { existsSync } from "node:fs";
import { cachedPath, noteUse, type ProvideOptions, provideOnce } from "../provide/cache.ts";
import type { DoctorLine } from "../provide/part.ts";
import { k3sCacheKeys, kubernetesVersion } from "../provide/pinned-k3s.ts";
import { k3sRelease } from "../provide/published.ts";
import { whyNotTaken } from "../provide/verified-download.ts";
import { build } from "./build.ts";
import { described, type K3s } from "./description.ts";
import { findOverlay, provideOverlay } from "./overlay.ts";
import { download } from "./release.ts";

/** @param options.releases where releases are published, for mirrors and tests */
export async function provideK3s(options: ProvideOptions & { readonly releases?: string }): Promise<K3s> {
  const { official, built } = k3sCacheKeys();
  const before = [official, built].find((key) => existsSync(cachedPath(key, options.root)));
  const withOverlay = async (place: string) => (await described(place, () => provideOverlay(options)))!;
  if (before !== undefined) {
    await noteUse(before, options.root);
    return withOverlay(cachedPath(before, options.root));
  }
  const release = k3sRelease(options.releases ?? process.env.TESTBED_K3S_RELEASES);
  const unreachable = await whyNotTaken(release, release.checksumsUrl);
  return withOverlay(
    unreachable === null
      ? await provideOnce(official, (into) => download(into, release, options), options)
      : await provideOnce(built, (into) => build(into, unreachable, options), options),
  );
}

/** What `provideK3s` provided before; null where it has not. */
export async function findK3s(root?: string): Promise<K3s | null> {
  const found = Object.values(k3sCacheKeys())
    .map((key) => cachedPath(key, root))
    .find((path) => existsSync(path));
  return found === undefined ? null : described(found, () => findOverlay(root));
}

/** Without building anything. */
export function doctorK3s(root?: string): DoctorLine {
  const found = Object.values(k3sCacheKeys()).find((key) => existsSync(cachedPath(key, root)));
  return {
    part: "k3s",
    found: found !== undefined,
    version: kubernetesVersion,
    origin:
      found === undefined ? "" : `${found.endsWith("-go") ? "go modules" : "official download"}, cached`,
    advice:
      found === undefined ? "Only needed for the k3s target; `npx testbed up k3s.node` provides it." : "",
  };
}

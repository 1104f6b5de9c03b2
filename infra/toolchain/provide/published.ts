/** The publishers' addresses of ready-made downloads, by version and platform. */
import { release } from "./pinned-k3s.ts";
import type { PublishedFile } from "./verified-download.ts";

/** The engine that is downloaded or built. */
export const pulumiVersion = "v3.259.0";

export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "x64" | "arm64";
}

export const platforms: readonly Platform[] = [
  { os: "linux", arch: "x64" },
  { os: "linux", arch: "arm64" },
  { os: "darwin", arch: "x64" },
  { os: "darwin", arch: "arm64" },
];

export function thisPlatform(): Platform {
  return {
    os: process.platform === "darwin" ? "darwin" : "linux",
    arch: process.arch === "arm64" ? "arm64" : "x64",
  };
}

/** The command line with its language hosts. */
export function pulumiRelease({ os, arch }: Platform = thisPlatform()): PublishedFile {
  const releases = "https://github.com/pulumi/pulumi/releases/download";
  return {
    what: `Pulumi ${pulumiVersion}`,
    url: `https://get.pulumi.com/releases/sdk/pulumi-${pulumiVersion}-${os}-${arch}.tar.gz`,
    checksumsUrl: `${releases}/${pulumiVersion}/pulumi-${pulumiVersion.slice(1)}-checksums.txt`,
  };
}

export interface PluginVersion {
  readonly name: string;
  readonly version: string;
}

/** @param releases of the plugin, with a folder for each version */
export function pluginRelease(
  { name, version }: PluginVersion,
  releases = `https://github.com/pulumi/pulumi-${name}/releases/download`,
  { os, arch }: Platform = thisPlatform(),
): PublishedFile {
  const base = `${releases}/v${version}`;
  const goArch = arch === "arm64" ? "arm64" : "amd64";
  return {
    what: `the ${name} plugin ${version}`,
    url: `${base}/pulumi-resource-${name}-v${version}-${os}-${goArch}.tar.gz`,
    checksumsUrl: `${base}/pulumi-${name}_${version}_checksums.txt`,
  };
}

/** The server with its tools, for Linux. */
export function k3sRelease(
  releases = "https://github.com/k3s-io/k3s/releases/download",
  arch: Platform["arch"] = thisPlatform().arch,
): PublishedFile {
  const base = `${releases}/${encodeURIComponent(release)}`;
  return {
    what: `K3s ${release}`,
    url: `${base}/${arch === "arm64" ? "k3s-arm64" : "k3s"}`,
    checksumsUrl: `${base}/sha256sum-${arch === "arm64" ? "arm64" : "amd64"}.txt`,
  };
}

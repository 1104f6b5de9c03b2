/** The official release, checked against the checksum published with it. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProvideOptions } from "../cache.ts";
import { verifiedDownload } from "../verified-download.ts";
import { describe } from "./description.ts";
import { release } from "./pinned.ts";

export function releaseFiles() {
  return process.arch === "arm64"
    ? { binary: "k3s-arm64", checksums: "sha256sum-arm64.txt" }
    : { binary: "k3s", checksums: "sha256sum-amd64.txt" };
}

/** @param base where the release's files are */
export async function download(into: string, base: string, { progress }: ProvideOptions): Promise<void> {
  const { binary, checksums } = releaseFiles();
  const what = `K3s ${release}`;
  progress(`downloading ${what}`);
  const content = await verifiedDownload({
    what,
    url: `${base}/${binary}`,
    checksumsUrl: `${base}/${checksums}`,
  });
  await mkdir(join(into, "bin"));
  await writeFile(join(into, "bin", "k3s"), content, { mode: 0o755 });
  for (const name of ["kubectl", "ctr", "crictl"]) await symlink("k3s", join(into, "bin", name));
  await describe(into, {
    parts: [
      {
        part: "k3s",
        version: release,
        origin: "official download",
        path: "bin/k3s",
        note: "checked against the checksum published with the release",
      },
    ],
    binary: "k3s",
    overlay: false,
    pauseImage: null,
  });
}

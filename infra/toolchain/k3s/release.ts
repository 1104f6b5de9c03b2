/** The official release. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProvideOptions } from "../provide/cache.ts";
import { release } from "../provide/pinned-k3s.ts";
import { type PublishedFile, verifiedDownload } from "../provide/verified-download.ts";
import { describe } from "./description.ts";

export async function download(
  into: string,
  published: PublishedFile,
  { progress }: ProvideOptions,
): Promise<void> {
  progress(`downloading ${published.what}`);
  const { content, note } = await verifiedDownload(published);
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
        note,
      },
    ],
    binary: "k3s",
    overlay: false,
    pauseImage: null,
  });
}

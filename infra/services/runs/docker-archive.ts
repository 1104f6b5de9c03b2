/**
 * The archive that Docker before version 25 and `podman save` write: a `manifest.json` with a config and uncompressed
 * layers, without a digest of the whole. As an OCI layout it gets one: the digest of the manifest that follows from
 * config and layers.
 */
import { existsSync } from "node:fs";
import { link, mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { z } from "zod";
import { type Descriptor, fileDigest, mediaTypes, writeBlob } from "../../images/oci/layout.ts";

const saved = z
  .array(
    z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
  )
  .min(1);
const config = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

/** Whether what was unpacked has that form alone. */
export function isDockerArchive(folder: string): boolean {
  return !existsSync(join(folder, "index.json")) && existsSync(join(folder, "manifest.json"));
}

/**
 * Adds the blobs and the manifests of a layout to it.
 *
 * @returns the images in it
 * @throws Error saying which file is not as the archive has it
 */
export async function toLayout(folder: string): Promise<readonly Descriptor[]> {
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const images: Descriptor[] = [];
  for (const image of saved.parse(await readJson(folder, "manifest.json"))) {
    const ids = config.parse(await readJson(folder, image.Config)).rootfs.diff_ids;
    if (ids.length !== image.Layers.length) throw new Error(`${image.Config} lists ${ids.length} layers`);
    const layers: Descriptor[] = [];
    for (const [row, layer] of image.Layers.entries()) {
      const described = await asBlob(folder, blobs, layer, mediaTypes.layer);
      if (described.digest !== ids[row]) throw new Error(`${layer} is ${described.digest}, not ${ids[row]}`);
      layers.push(described);
    }
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: await asBlob(folder, blobs, image.Config, mediaTypes.config),
      layers,
    };
    images.push({ mediaType: mediaTypes.manifest, ...(await writeBlob(blobs, manifest)) });
  }
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return images;
}

/** A second name, not a second copy. */
async function asBlob(folder: string, blobs: string, file: string, mediaType: string): Promise<Descriptor> {
  const path = await inside(folder, file);
  const digest = await fileDigest(path);
  await link(path, join(blobs, digest.slice("sha256:".length))).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return { mediaType, digest, size: (await stat(path)).size };
}

async function readJson(folder: string, file: string): Promise<unknown> {
  return JSON.parse(await readFile(await inside(folder, file), "utf8"));
}

/** Layers that are alike are symbolic links to one of them. */
async function inside(folder: string, file: string): Promise<string> {
  const root = await realpath(folder);
  const path = await realpath(join(folder, file)).catch(() => "");
  if (path.startsWith(root + sep)) return path;
  throw new Error(path === "" ? `${file} is missing` : `${file} points outside the archive`);
}

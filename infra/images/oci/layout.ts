/**
 * Container images in the form that the OCI image specification calls a layout: a folder of blobs named by digest
 * and an index. The same inputs give the same bytes: names sorted, times and owners zero, nothing compressed.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";

export interface Layer {
  readonly path: string;
  /** `sha256:` and hexadecimal digits. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** As the specification's `config` object names them. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly User: string;
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface ImageContent {
  /** Repository and tag. */
  readonly name: string;
  /** Also under its digest, as a pod that pins it names it. K3s's own import of archives takes tags only. */
  readonly pinned: boolean;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/**
 * @param from a folder, and where in the image its content goes (no leading slash; empty is the root)
 * @param path the file to write; a layer is a plain tar archive
 */
export async function writeLayer(
  path: string,
  from: { readonly directory: string; readonly prefix: string; readonly exclude?: readonly string[] },
): Promise<Layer> {
  const prefix = from.prefix === "" ? "" : `${from.prefix}/`;
  await execa("tar", [
    "--create",
    "--file",
    path,
    "--sort=name",
    "--mtime=@0",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    // The service is not root, and the model's files may be their owner's alone.
    "--mode=a+rX",
    "--format=gnu",
    ...(from.exclude ?? []).map((pattern) => `--exclude=${pattern}`),
    // The names of files and the targets of hard links move; symbolic links point where they did.
    ...(prefix === "" ? [] : [`--transform=flags=rSh;s,^\\./,${prefix},`]),
    "--directory",
    from.directory,
    ".",
  ]);
  return layerOf(path);
}

export async function layerOf(path: string): Promise<Layer> {
  return { path, digest: await fileDigest(path), sizeBytes: (await stat(path)).size };
}

/** @returns digest of the image's manifest: the image's identity */
export async function writeLayout(directory: string, image: ImageContent): Promise<string> {
  const blobs = join(directory, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  for (const { path, digest } of image.layers) {
    // Layers are large and shared: a second name, not a second copy.
    await link(path, join(blobs, hexOf(digest))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  const config = await writeBlob(blobs, {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: image.config,
    rootfs: { type: "layers", diff_ids: image.layers.map(({ digest }) => digest) },
  });
  const manifest = await writeBlob(blobs, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, ...config },
    layers: image.layers.map(({ digest, sizeBytes }) => ({
      mediaType: mediaTypes.layer,
      digest,
      size: sizeBytes,
    })),
  });
  const names = [image.name, ...(image.pinned ? [`${image.name.split(":")[0]}@${manifest.digest}`] : [])];
  await writeFile(
    join(directory, "index.json"),
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: names.map((name) => ({
        mediaType: mediaTypes.manifest,
        ...manifest,
        annotations: { "io.containerd.image.name": name },
      })),
    }),
  );
  await writeFile(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return manifest.digest;
}

/** @returns the manifest's digest of a layout that `writeLayout` made */
export async function layoutDigest(directory: string): Promise<string> {
  const index = JSON.parse(await readFile(join(directory, "index.json"), "utf8")) as {
    manifests: { digest: string }[];
  };
  return index.manifests[0]!.digest;
}

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** As the specification has it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** @param blobs folder of them */
export async function writeBlob(
  blobs: string,
  content: unknown,
): Promise<Pick<Descriptor, "digest" | "size">> {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await writeFile(join(blobs, hexOf(digest)), bytes);
  return { digest, size: bytes.length };
}

export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest("hex")}`;
}

function hexOf(digest: string): string {
  return digest.slice("sha256:".length);
}

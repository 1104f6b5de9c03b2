/**
 * A user's image in an archive (`docker save`, `podman save`, `buildctl build --output type=oci`), as an OCI layout.
 * The testbed's own nodes import it without a registry; for a cluster it is pushed to the registry that the cluster
 * pulls from.
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { messageOf, TestbedError } from "../../../errors/errors.ts";
import { shortHash } from "../../images/layers.ts";
import { fileDigest, layoutDigest } from "../../images/oci/layout.ts";
import type { ServingImage } from "../../images/serving.ts";
import { cachedPath, type ProvideOptions, provideOnce } from "../../toolchain/provide/cache.ts";
import type { Part } from "../../toolchain/provide/part.ts";
import type { Service } from "../load.ts";
import { isDockerArchive, toLayout } from "./docker-archive.ts";
import { within } from "./started.ts";

/** To be raised when this file makes something else of the same archive. */
const recipe = "1";

interface Archive {
  readonly path: string;
  /** Of the image that the service names. */
  readonly digest: string;
}

export async function provideArchiveImage(
  service: Service,
  options: ProvideOptions,
): Promise<{ readonly image: ServingImage; readonly part: Part }> {
  const archive = archiveOf(service);
  const key = await keyOf(service, archive);
  const layout = await provideOnce(key, (draft) => unpack(archive, draft, nameOf(service, key)), options);
  return {
    image: { name: nameOf(service, key), layout, digest: await layoutDigest(layout) },
    part: {
      part: `image of ${service.spec.name}`,
      version: await layoutDigest(layout),
      origin: `the archive ${archive.path}`,
      path: layout,
      note: "",
    },
  };
}

/** @returns null where set-up has not unpacked this archive */
export async function findArchiveImage(service: Service, root?: string): Promise<ServingImage | null> {
  const key = await keyOf(service, archiveOf(service));
  const layout = cachedPath(key, root);
  return existsSync(layout)
    ? { name: nameOf(service, key), layout, digest: await layoutDigest(layout) }
    : null;
}

/** @throws TestbedError (badInput) where there is no such file */
function archiveOf({ spec: { run }, folder }: Service): Archive {
  if (run.kind !== "image" || run.archive === undefined) throw new Error("the service has no archive");
  const path = within(folder, run.archive);
  if (!existsSync(path)) {
    throw wrong({ path }, "an archive of the image", "no such file", [
      "`docker save <image> --output image.tar` writes one; the path is relative to the service file.",
    ]);
  }
  return { path, digest: run.image.split("@")[1]! };
}

async function keyOf({ spec }: Service, { path, digest }: Archive): Promise<string> {
  return `image-archive-${spec.name}-${shortHash([recipe, await fileDigest(path), digest])}`;
}

function nameOf({ spec }: Service, key: string): string {
  return `testbed.local/archive-${spec.name}:${key.split("-").at(-1)}`;
}

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number(),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});
const index = z.object({ manifests: z.array(descriptor) });
type Descriptor = z.infer<typeof descriptor>;

const isIndex = ({ mediaType }: Descriptor) => /\.index\.|manifest\.list/.test(mediaType);
const architecture = process.arch === "arm64" ? "arm64" : "amd64";

/** The layout as it was, its index with the one image alone, by the names that a node knows it by. */
async function unpack(archive: Archive, draft: string, name: string): Promise<void> {
  const { failed, stderr } = await execa(
    "tar",
    ["--extract", "--file", archive.path, "--directory", draft, "--no-same-owner", "--no-same-permissions"],
    { reject: false },
  );
  if (failed) throw wrong(archive, "an archive that tar can read", stderr.trim().split("\n")[0] ?? "none");
  const read = async (file: string) => JSON.parse(await readFile(join(draft, file), "utf8"));
  const top = isDockerArchive(draft)
    ? await toLayout(draft).catch((error: unknown) => {
        throw wrong(archive, "an archive saved by Docker or Podman", messageOf(error));
      })
    : index.safeParse(await read("index.json").catch(() => undefined)).data?.manifests;
  if (top === undefined) {
    throw wrong(archive, "an image saved by Docker, Podman or BuildKit", "no index.json or manifest.json");
  }
  const found = await imageIn(top, archive, (digest) => read(blobOf(digest)));
  const { config, layers } = z
    .object({ config: descriptor, layers: z.array(descriptor) })
    .parse(await read(blobOf(found.digest)));
  for (const { digest } of [found, config, ...layers]) {
    const file = join(draft, blobOf(digest));
    const got = existsSync(file) ? await fileDigest(file) : "it is missing";
    if (got !== digest) throw wrong(archive, digest, got);
  }
  const manifests = [name, `${name.split(":")[0]}@${found.digest}`].map((one) => ({
    ...found,
    annotations: { "io.containerd.image.name": one },
  }));
  const mediaType = "application/vnd.oci.image.index.v1+json";
  await writeFile(join(draft, "index.json"), JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
}

/**
 * The image by its own digest, by that of the list of platforms that it is one of, or by that of its configuration, which is the
 * image id that `docker images` shows of one that was never in a registry.
 */
async function imageIn(
  manifests: readonly Descriptor[],
  archive: Archive,
  read: (digest: string) => Promise<unknown>,
): Promise<Descriptor> {
  const there: string[] = [];
  for (const one of manifests) {
    there.push(one.digest);
    if (!isIndex(one)) {
      if (one.digest === archive.digest || (await idOf(one, read)) === archive.digest) return one;
      continue;
    }
    const platforms = index.parse(await read(one.digest)).manifests;
    there.push(...platforms.map(({ digest }) => digest));
    const own = platforms.find(({ digest }) => digest === archive.digest);
    if (own !== undefined) return own;
    if (one.digest !== archive.digest) continue;
    const ours = platforms.find(
      ({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
    );
    if (ours !== undefined) return ours;
    throw wrong(archive, `an image for linux/${architecture}`, "other platforms only");
  }
  throw wrong(archive, archive.digest, there.join(", ") || "no image", [
    "If its layers are not compressed, an archive's digest differs from the registry's: give the digest in the archive.",
  ]);
}

async function idOf({ digest }: Descriptor, read: (digest: string) => Promise<unknown>): Promise<string> {
  const manifest = await read(digest).catch(() => undefined);
  return z.object({ config: descriptor }).safeParse(manifest).data?.config.digest ?? "";
}

function blobOf(digest: string): string {
  return join("blobs", ...digest.split(":"));
}

function wrong(
  { path }: Pick<Archive, "path">,
  expected: string,
  got: string,
  [hint]: readonly string[] = [],
): TestbedError {
  return new TestbedError("badInput", `the image cannot be read from ${path}`, {
    problems: [{ path: "run.archive", expected, got }],
    ...(hint === undefined ? {} : { hint }),
  });
}

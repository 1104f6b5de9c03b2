/**
 * The image of a K3s node in a container, for engines that can reach no image registry: Debian packages, the pinned K3s
 * and, where K3s was built here, its container runtime and network plugins. It is built here and labelled so.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { K3s } from "../toolchain/k3s/description.ts";
import { cachedPath, type ProvideOptions, provideOnce } from "../toolchain/provide/cache.ts";
import type { Part } from "../toolchain/provide/part.ts";
import { folderLayer, nodeSystemLayer, shortHash } from "./layers.ts";
import { layoutDigest, writeLayout } from "./oci/layout.ts";
import type { ServingImage } from "./serving.ts";

/** Archives here are imported into the node's image store when it starts. */
export const nodeImagesFolder = "/opt/testbed/images";
export const nodeRepository = "testbed.local/k3s-node";
const commands = "/usr/local/bin";

/** To be raised when this file makes something else of the same inputs. */
const recipe = "1";

export async function provideNodeImage(
  k3s: K3s,
  options: ProvideOptions,
): Promise<{ readonly image: ServingImage; readonly part: Part }> {
  const layout = await provideOnce(
    keyOf(k3s),
    async (draft) => {
      const key = keyOf(k3s);
      const layers = [await nodeSystemLayer(options)];
      const { overlay, pauseArchive } = k3s;
      if (overlay !== null) {
        layers.push(await folderLayer(`overlay ${key}`, "", (folder) => copy(overlay, folder), options));
      }
      layers.push(await folderLayer(key, commands.slice(1), (folder) => copy(k3s.tools, folder), options));
      if (pauseArchive !== null) {
        const fill = async (folder: string) => cp(pauseArchive, join(folder, "pause.tar"));
        layers.push(await folderLayer(`pause ${key}`, nodeImagesFolder.slice(1), fill, options));
      }
      await writeLayout(draft, {
        name: nameOf(key),
        pinned: false,
        layers,
        config: {
          Entrypoint: [join(commands, basename(k3s.binary))],
          User: "0:0",
          Env: [`PATH=${commands}:/usr/sbin:/usr/bin:/sbin:/bin`, "HOME=/root"],
          Labels: { "testbed.base": "made here from Debian packages" },
        },
      });
      await writeDockerManifest(draft);
    },
    options,
  );
  const image = { name: nameOf(keyOf(k3s)), layout, digest: await layoutDigest(layout) };
  return {
    image,
    part: {
      part: "k3s node image",
      version: image.digest,
      origin: "made here from Debian packages and K3s",
      path: layout,
      note: "not the image that the K3s project publishes",
    },
  };
}

/** Null where set-up has not made it. */
export async function findNodeImage(k3s: K3s, root?: string): Promise<ServingImage | null> {
  const layout = cachedPath(keyOf(k3s), root);
  if (!existsSync(layout)) return null;
  return { name: nameOf(keyOf(k3s)), layout, digest: await layoutDigest(layout) };
}

function keyOf(k3s: K3s): string {
  const versions = k3s.parts.map(({ part, version, origin }) => `${part} ${version} ${origin}`);
  return `image-k3s-node-${shortHash([recipe, ...versions])}`;
}

function nameOf(key: string): string {
  return `${nodeRepository}:${key.split("-").at(-1)}`;
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
}

/** A layout that is also what `docker save` writes, which is all that older engines load. */
async function writeDockerManifest(layout: string): Promise<void> {
  const blob = (digest: string) => join("blobs", ...digest.split(":"));
  const read = async (path: string) => JSON.parse(await readFile(join(layout, path), "utf8"));
  const [entry] = (await read("index.json")).manifests;
  const manifest = await read(blob(entry.digest));
  const content = [
    {
      Config: blob(manifest.config.digest),
      RepoTags: [entry.annotations["io.containerd.image.name"]],
      Layers: manifest.layers.map(({ digest }: { digest: string }) => blob(digest)),
    },
  ];
  await writeFile(join(layout, "manifest.json"), JSON.stringify(content));
}

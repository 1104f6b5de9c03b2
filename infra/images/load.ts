/** The load image: the testbed's own generator, for the pods of a load job. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedPath, type ProvideOptions, provideOnce } from "../toolchain/provide/cache.ts";
import type { Part } from "../toolchain/provide/part.ts";
import { installedPackage, packageRoot } from "../workspace/paths.ts";
import { folderLayer, nodeBase, shortHash } from "./layers.ts";
import { layoutDigest, writeLayout } from "./oci/layout.ts";
import type { ServingImage } from "./serving.ts";
import { imageUserAndGroup } from "./user.ts";

const place = "/opt/testbed";
/** The generator's sources, and what they import. */
export const loadSources = ["workloads", "errors", "files", "package.json", "tsconfig.json"] as const;
export const loadModules = [
  ...["tsx", "esbuild", "@esbuild", "zod", "jstat"],
  // JSON Schema, and its dependencies.
  ...["ajv", "fast-deep-equal", "fast-uri", "json-schema-traverse", "require-from-string"],
] as const;
/** To be raised when this file makes something else of the same inputs. */
const recipe = "2";

export async function provideLoadImage(
  options: ProvideOptions,
): Promise<{ readonly image: ServingImage; readonly part: Part }> {
  const digest = await sourceDigest();
  const key = `image-load-${shortHash([recipe, digest, process.version])}`;
  const layout = await provideOnce(
    key,
    async (draft) => {
      const layers = [
        await nodeBase(options),
        await folderLayer(`${recipe} ${digest}`, place.slice(1), copySources, options),
      ];
      await writeLayout(draft, {
        name: nameOf(key),
        pinned: true,
        layers,
        config: {
          Entrypoint: ["/usr/bin/node", "--import", "tsx", "workloads/main.ts"],
          User: imageUserAndGroup,
          WorkingDir: place,
          Env: ["HOME=/tmp", "PATH=/usr/local/bin:/usr/bin:/bin"],
        },
      });
    },
    options,
  );
  const image = { name: nameOf(key), layout, digest: await layoutDigest(layout) };
  return {
    image,
    part: {
      part: "load image",
      version: image.digest,
      origin: "made here from Debian packages, this Node and this package",
      path: layout,
      note: "",
    },
  };
}

/** Null where set-up has not made it for these sources. */
export async function findLoadImage(root?: string): Promise<ServingImage | null> {
  const key = `image-load-${shortHash([recipe, await sourceDigest(), process.version])}`;
  const layout = cachedPath(key, root);
  return existsSync(layout) ? { name: nameOf(key), layout, digest: await layoutDigest(layout) } : null;
}

function nameOf(key: string): string {
  return `testbed.local/load:${key.split("-").at(-1)}`;
}

async function copySources(folder: string): Promise<void> {
  for (const name of loadSources) await cp(join(packageRoot, name), join(folder, name), { recursive: true });
  for (const name of loadModules) {
    const place = join(folder, "node_modules", name);
    await cp(installedPackage(name), place, { recursive: true, verbatimSymlinks: true });
  }
}

/** Of the sources, and of what the modules say of themselves: their versions among it. */
async function sourceDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of loadSources) {
    const files = name.includes(".") ? [name] : await filesIn(name);
    for (const file of files) hash.update(`${file}\0`).update(await readFile(join(packageRoot, file)));
  }
  for (const name of loadModules) {
    // A scope is a folder of packages; those in it go with one that is named here.
    if (name.startsWith("@")) continue;
    hash.update(`${name}\0`).update(await readFile(join(installedPackage(name), "package.json")));
  }
  return hash.digest("hex");
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(packageRoot, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(packageRoot.length + 1))
    .sort();
}

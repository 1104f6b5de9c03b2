/**
 * The serving image: one per runtime and model, never per variant, because variants differ by environment. Made here
 * from Debian packages and the locked Python packages, so that it needs no image registry.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Settings } from "../services/definition/setting.ts";
import { cachedPath, type ProvideOptions, provideOnce } from "../toolchain/provide/cache.ts";
import type { Part } from "../toolchain/provide/part.ts";
import { serviceFolder } from "../workspace/paths.ts";
import {
  modelLayer,
  type PackagesOf,
  packagesLayer,
  places,
  pythonBase,
  serviceLayer,
  shortHash,
} from "./layers.ts";
import { layoutDigest, writeLayout } from "./oci/layout.ts";
import { imageUserAndGroup } from "./user.ts";

export type ImageRuntime = "torch" | "onnx";

export interface ServingImage {
  /** Repository and tag. */
  readonly name: string;
  readonly layout: string;
  /** Of the manifest. */
  readonly digest: string;
}

export interface ServedModel {
  readonly name: string;
  readonly directory: string;
  readonly digest: string;
}

/** Both forms of ONNX run on the same packages. */
export function imageRuntime({ runtime }: Settings): ImageRuntime {
  return String(runtime).startsWith("torch") ? "torch" : "onnx";
}

/** @param python interpreter of the locked environment, whose installer fetches the packages */
export async function provideServingImage(
  runtime: ImageRuntime,
  model: ServedModel,
  python: string,
  options: ProvideOptions,
): Promise<{ readonly image: ServingImage; readonly part: Part }> {
  const key = await imageKey(runtime, model);
  const layout = await provideOnce(
    key,
    async (draft) => {
      const uv = join(dirname(python), "..", "..", "uv", "bin", "uv");
      const base = await pythonBase(options);
      const layers = [
        base.layer,
        await packagesLayer(base, lockOf("requirements.lock", places.packages), uv, options),
      ];
      if (runtime === "torch") {
        layers.push(await packagesLayer(base, lockOf("requirements-torch.lock", places.torch), uv, options));
      }
      layers.push(
        await modelLayer(model, runtime, options),
        await serviceLayer(await sourceDigest(), options),
      );
      await writeLayout(draft, {
        name: imageName(runtime, model, key),
        pinned: true,
        layers,
        config: {
          Entrypoint: [
            ...[`/usr/bin/${base.python}`, "-m", "bentoml", "serve", "service:Sentiment"],
            ...["--host", "0.0.0.0", "--port", "3000"],
          ],
          User: imageUserAndGroup,
          WorkingDir: places.service,
          Env: [
            `PYTHONPATH=${places.service}:${places.packages}:${places.torch}`,
            "PYTHONUNBUFFERED=1",
            "PYTHONDONTWRITEBYTECODE=1",
            `TESTBED_MODEL_DIR=${places.model}`,
            "BENTOML_HOME=/tmp/bentoml",
            "HOME=/tmp",
            "PATH=/usr/local/bin:/usr/bin:/bin",
          ],
          Labels: { "testbed.base": "made here from Debian packages", "testbed.model": model.digest },
        },
      });
    },
    options,
  );
  const image = { name: imageName(runtime, model, key), layout, digest: await layoutDigest(layout) };
  return {
    image,
    part: {
      part: `serving image ${runtime}`,
      version: image.digest,
      origin: "made here from Debian and Python packages",
      path: layout,
      note: "not built from a published base image",
    },
  };
}

/** Null where set-up has not made it. */
export async function findServingImage(
  runtime: ImageRuntime,
  model: ServedModel,
  root?: string,
): Promise<ServingImage | null> {
  const key = await imageKey(runtime, model);
  const layout = cachedPath(key, root);
  if (!existsSync(layout)) return null;
  return { name: imageName(runtime, model, key), layout, digest: await layoutDigest(layout) };
}

function lockOf(name: string, target: string): PackagesOf {
  return { lockFile: join(serviceFolder, name), target };
}

function imageName(runtime: ImageRuntime, model: ServedModel, key: string): string {
  return `testbed.local/serving-${runtime}-${model.name}:${key.split("-").at(-1)}`;
}

/** Changes with every input: packages, service, model, and this recipe. */
async function imageKey(runtime: ImageRuntime, model: ServedModel): Promise<string> {
  const parts = [recipe, runtime, model.digest, await sourceDigest()];
  for (const lock of ["requirements.lock", "requirements-torch.lock"]) {
    parts.push(await readFile(join(serviceFolder, lock), "utf8"));
  }
  return `image-serving-${runtime}-${model.name}-${shortHash(parts)}`;
}

/** To be raised when this file or layers.ts makes something else of the same inputs. */
const recipe = "1";

async function sourceDigest(): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(serviceFolder)).filter((name) => name.endsWith(".py")).sort();
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(serviceFolder, name)));
  return hash.digest("hex");
}

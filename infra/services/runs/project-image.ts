/**
 * The image of a user's BentoML project: Debian's Python, the project's packages, its files. It is built here and needs
 * neither an engine nor a registry of base images.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { TestbedError } from "../../../errors/errors.ts";
import { folderLayer, packagesLayer, places, pythonBase, shortHash } from "../../images/layers.ts";
import { layoutDigest, writeLayout } from "../../images/oci/layout.ts";
import type { ServingImage } from "../../images/serving.ts";
import { imageUserAndGroup } from "../../images/user.ts";
import { cachedPath, type ProvideOptions, provideOnce } from "../../toolchain/provide/cache.ts";
import type { Part } from "../../toolchain/provide/part.ts";
import { provideUv } from "../../toolchain/uv.ts";
import { variablesOf } from "../definition/run.ts";
import type { Service } from "../load.ts";
import { bentoFolder } from "./bento.ts";
import { bentoServiceOf } from "./bentoml.ts";
import { requirementsOf, within } from "./index.ts";

/** To be raised when this file or layers.ts makes something else of the same inputs. */
const recipe = "1";
/** Of a project: what no server reads. */
const leftOut =
  /^(\.git|\.venv|venv|node_modules|__pycache__|\.testbed|results|\.mypy_cache|\.pytest_cache)$/;
const mostFiles = 20_000;

interface Project {
  readonly folder: string;
  readonly lockFile: string;
  readonly serves: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws TestbedError (badInput) where the service is no project, or says nothing of its packages */
function projectOf(service: Service): Project {
  const { run } = service.spec;
  const lockFile = requirementsOf(service);
  if ((run.kind !== "bentoml" && run.kind !== "bento") || lockFile === undefined) {
    throw new TestbedError("badInput", `no image can be built for ${service.spec.name}`, {
      problems: [
        {
          path: "run",
          expected: "a BentoML project or a bento, with a file of its Python packages",
          got: run.kind,
        },
      ],
    });
  }
  const { values } = variablesOf(run);
  if (run.kind === "bentoml") {
    const folder = within(service.folder, run.project);
    return { folder, lockFile, serves: bentoServiceOf(run, service.folder), environment: values };
  }
  return { folder: bentoFolder(run.tag), lockFile, serves: ".", environment: values };
}

export async function provideProjectImage(
  service: Service,
  options: ProvideOptions,
): Promise<{ readonly image: ServingImage; readonly part: Part }> {
  const project = projectOf(service);
  const digest = await folderDigest(project.folder);
  const key = await keyOf(service, project, digest);
  const layout = await provideOnce(
    key,
    async (draft) => {
      const uv = await provideUv(options);
      const base = await pythonBase(options);
      const layers = [
        base.layer,
        await packagesLayer(base, { lockFile: project.lockFile, target: places.packages }, uv, options),
        await folderLayer(`${recipe} ${digest}`, places.service.slice(1), copyOf(project.folder), options),
      ];
      await writeLayout(draft, {
        name: nameOf(service, key),
        pinned: true,
        layers,
        config: {
          Entrypoint: [
            ...[`/usr/bin/${base.python}`, "-m", "bentoml", "serve", project.serves],
            ...["--host", "0.0.0.0", "--port", "3000"],
          ],
          User: imageUserAndGroup,
          WorkingDir: places.service,
          Env: [
            `PYTHONPATH=${places.service}:${places.packages}`,
            "PYTHONUNBUFFERED=1",
            "PYTHONDONTWRITEBYTECODE=1",
            "BENTOML_DO_NOT_TRACK=True",
            "BENTOML_HOME=/tmp/bentoml",
            "HOME=/tmp",
            "PATH=/usr/local/bin:/usr/bin:/bin",
          ],
          Labels: { "testbed.base": "made here from Debian packages" },
        },
      });
    },
    options,
  );
  const image = { name: nameOf(service, key), layout, digest: await layoutDigest(layout) };
  return {
    image,
    part: {
      part: `image of ${service.spec.name}`,
      version: image.digest,
      origin: "made here from Debian packages, its Python packages and its folder",
      path: layout,
      note: "not built from a published base image",
    },
  };
}

/** @returns null where set-up has not made it of these files */
export async function findProjectImage(service: Service, root?: string): Promise<ServingImage | null> {
  const project = projectOf(service);
  const key = await keyOf(service, project, await folderDigest(project.folder));
  const layout = cachedPath(key, root);
  return existsSync(layout)
    ? { name: nameOf(service, key), layout, digest: await layoutDigest(layout) }
    : null;
}

async function keyOf(service: Service, { lockFile, serves }: Project, digest: string): Promise<string> {
  const parts = [recipe, serves, digest, await readFile(lockFile, "utf8")];
  return `image-project-${service.spec.name}-${shortHash(parts)}`;
}

function nameOf(service: Service, key: string): string {
  return `testbed.local/project-${service.spec.name}:${key.split("-").at(-1)}`;
}

/** Over the names and the content of a project's files. @throws TestbedError where there are unduly many */
export async function folderDigest(folder: string): Promise<string> {
  const hash = createHash("sha256");
  let count = 0;
  const walk = async (at: string) => {
    const entries = await readdir(join(folder, at), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (leftOut.test(entry.name) || entry.name.endsWith(".pyc")) continue;
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        if (++count > mostFiles) {
          throw new TestbedError("badInput", `${folder} has more than ${mostFiles} files`, {
            hint: "Keep only the project in its folder.",
          });
        }
        hash.update(`${path}\0`).update(await readFile(join(folder, path)));
      }
    }
  };
  await walk("");
  return hash.digest("hex");
}

function copyOf(folder: string) {
  return async (into: string) => {
    await cp(folder, into, {
      recursive: true,
      filter: (from) =>
        !leftOut.test(
          from
            .slice(folder.length + 1)
            .split("/")
            .at(-1) ?? "",
        ),
    });
  };
}

/** Layers of the images that are built here, each cached under a key of its contents. */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { TestbedError } from "../../errors/errors.ts";
import { type ProvideOptions, provideOnce } from "../toolchain/provide/cache.ts";
import { firstAvailable, unpackDebianPackages, withDependencies } from "../toolchain/provide/debian.ts";
import { runSlow } from "../toolchain/provide/run.ts";
import { serviceFolder } from "../workspace/paths.ts";
import { type Layer, writeLayer } from "./oci/layout.ts";
import { imageUser, imageUserAndGroup } from "./user.ts";

/** Where things are in an image. */
export const places = {
  packages: "/opt/packages",
  torch: "/opt/torch",
  model: "/opt/model",
  service: "/opt/service",
};

/** Packages that the closure names and that no served model calls. */
const unneeded =
  /^(perl|libperl|dpkg$|tar$|install-info|mailcap|mime-support|readline-common|debconf|libgdbm|libdebconf|sensible)/;

/** @param key everything the content depends on */
async function cachedLayer(
  key: string,
  options: ProvideOptions,
  make: (draft: string) => Promise<Layer>,
): Promise<Layer> {
  const place = await provideOnce(
    `layer-${key}`,
    async (draft) => {
      const { digest, sizeBytes } = await make(draft);
      await writeFile(join(draft, "layer.json"), JSON.stringify({ digest, sizeBytes }));
    },
    options,
  );
  const { digest, sizeBytes } = JSON.parse(await readFile(join(place, "layer.json"), "utf8")) as Layer;
  return { path: join(place, "layer.tar"), digest, sizeBytes };
}

/** Debian packages as a root file system, with a user for the service; no shell, no package manager. */
async function debianTree(draft: string, names: readonly string[], options: ProvideOptions): Promise<string> {
  const tree = join(draft, "tree");
  for (const folder of ["bin", "lib", "sbin", ...(process.arch === "x64" ? ["lib64"] : [])]) {
    await mkdir(join(tree, "usr", folder), { recursive: true });
    await symlink(join("usr", folder), join(tree, folder));
  }
  const versions = await unpackDebianPackages(names, tree, options, ".");
  for (const folder of ["usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/share/locale"]) {
    await rm(join(tree, folder), { recursive: true, force: true });
  }
  await mkdir(join(tree, "tmp"), { recursive: true });
  await mkdir(join(tree, "etc"), { recursive: true });
  await writeFile(
    join(tree, "etc", "passwd"),
    `root:x:0:0:root:/:/sbin/nologin\ntestbed:x:${imageUserAndGroup}:testbed:/tmp:/sbin/nologin\n`,
  );
  await writeFile(join(tree, "etc", "group"), `root:x:0:\ntestbed:x:${imageUser}:\n`);
  await writeFile(join(draft, "packages.json"), JSON.stringify(versions));
  return tree;
}

/** This machine's Node on Debian's C libraries. */
export async function nodeBase(options: ProvideOptions): Promise<Layer> {
  const names = (await withDependencies(["libstdc++6"])).filter((name) => !unneeded.test(name));
  return cachedLayer(`node-${shortHash([process.version, ...names])}`, options, async (draft) => {
    const tree = await debianTree(draft, names, options);
    await cp(process.execPath, join(tree, "usr", "bin", "node"));
    return writeLayer(join(draft, "layer.tar"), { directory: tree, prefix: "" });
  });
}

/** What a K3s node calls by name, beside K3s itself: a shell, mounts, links and routes. */
export async function nodeSystemLayer(options: ProvideOptions): Promise<Layer> {
  const asked = ["dash", "coreutils", "mount", "util-linux", "iproute2", "libseccomp2"];
  const names = (await withDependencies(asked)).filter((name) => !unneeded.test(name));
  return cachedLayer(`system-${shortHash(names)}`, options, async (draft) => {
    const tree = await debianTree(draft, names, options);
    return writeLayer(join(draft, "layer.tar"), { directory: tree, prefix: "" });
  });
}

/** @param digest of everything in the folder, which is made by `fill` */
export async function folderLayer(
  digest: string,
  prefix: string,
  fill: (folder: string) => Promise<void>,
  options: ProvideOptions,
): Promise<Layer> {
  return cachedLayer(`folder-${shortHash([digest, prefix])}`, options, async (draft) => {
    const folder = join(draft, "tree");
    await mkdir(folder);
    await fill(folder);
    return writeLayer(join(draft, "layer.tar"), { directory: folder, prefix });
  });
}

export interface PythonBase {
  readonly layer: Layer;
  /** Unpacked, for what must run in it while other layers are made. */
  readonly tree: string;
  /** `python3.11`, for example. */
  readonly python: string;
  readonly packages: Readonly<Record<string, string>>;
}

/** Debian's Python and the C libraries, without a shell and without a package manager. */
export async function pythonBase(options: ProvideOptions): Promise<PythonBase> {
  const python = await firstAvailable(["python3.13", "python3.12", "python3.11"]);
  if (python === null) {
    throw new TestbedError(
      "missingPart",
      "the base image cannot be built: there is no Debian package of Python",
      {
        hint: "Images are built on Debian or a derivative; run `apt-get update` if the package lists are old.",
      },
    );
  }
  const names = (await withDependencies([python, "libgomp1", "libstdc++6"])).filter(
    (name) => !unneeded.test(name),
  );
  const layer = await cachedLayer(`base-${shortHash(names)}`, options, async (draft) => {
    const tree = await debianTree(draft, names, options);
    await compile(tree, python, `/usr/lib/${python}`, options);
    return writeLayer(join(draft, "layer.tar"), { directory: tree, prefix: "" });
  });
  const place = join(layer.path, "..");
  return {
    layer,
    tree: join(place, "tree"),
    python,
    packages: JSON.parse(await readFile(join(place, "packages.json"), "utf8")),
  };
}

/** Python packages by their lock, and where in the image they go. */
export interface PackagesOf {
  readonly lockFile: string;
  readonly target: string;
}

/**
 * The locked Python packages, for the base's Python and not for this machine's, with their byte code.
 *
 * @param uv the installer
 */
export async function packagesLayer(
  base: PythonBase,
  { lockFile, target }: PackagesOf,
  uv: string,
  options: ProvideOptions,
): Promise<Layer> {
  const content = await readFile(lockFile, "utf8");
  const isLocked = /--hash=/.test(content);
  const key = `packages-${shortHash([base.layer.digest, target, content])}`;
  return cachedLayer(key, options, async (draft) => {
    const tree = join(draft, "tree");
    const into = join(tree, target);
    await mkdir(into, { recursive: true });
    await runSlow(
      `installing ${basename(lockFile)} for an image`,
      [
        uv,
        "pip",
        "install",
        "--target",
        into,
        "--python-version",
        base.python.slice("python".length),
        ...(isLocked ? ["--require-hashes"] : []),
        "--no-build",
        "--requirements",
        lockFile,
      ],
      { progress: options.progress, hint: "The Python package index must be reachable." },
    );
    for (const name of ["bin", "uv", "scipy/linalg/tests"]) {
      await rm(join(into, name), { recursive: true, force: true });
    }
    await compile(base.tree, base.python, target, options, tree);
    const layer = await writeLayer(join(draft, "layer.tar"), { directory: tree, prefix: "" });
    await rm(tree, { recursive: true });
    return layer;
  });
}

/** One form of the weights: the served model of one runtime has no use for the others. */
export async function modelLayer(
  model: { readonly directory: string; readonly digest: string },
  runtime: "torch" | "onnx",
  options: ProvideOptions,
): Promise<Layer> {
  const exclude = runtime === "torch" ? ["*.onnx"] : ["*.safetensors"];
  return cachedLayer(`model-${shortHash([model.digest, runtime])}`, options, (draft) =>
    writeLayer(join(draft, "layer.tar"), {
      directory: model.directory,
      prefix: places.model.slice(1),
      exclude,
    }),
  );
}

export async function serviceLayer(digest: string, options: ProvideOptions): Promise<Layer> {
  return cachedLayer(`service-${shortHash([digest])}`, options, (draft) =>
    writeLayer(join(draft, "layer.tar"), {
      directory: serviceFolder,
      prefix: places.service.slice(1),
      exclude: ["__pycache__", "requirements*", "prepare.py", "preparation", "*.pyc"],
    }),
  );
}

/**
 * Byte code for every module in a folder: without it a service in a read-only image would compile everything on
 * every start. By the image's own Python, in a mount namespace, so that nothing stays mounted.
 *
 * @param other a tree beside the base that holds the folder
 */
async function compile(
  root: string,
  python: string,
  folder: string,
  { progress }: ProvideOptions,
  other?: string,
): Promise<void> {
  const script = [
    'mkdir -p "$1/dev/shm" "$1/mnt"',
    'mount -t tmpfs testbed "$1/dev/shm"',
    ...(other === undefined ? [] : ['mount --bind "$2" "$1/mnt"']),
    // Not by time: every file in a layer has the same one. Some packages hold files for other Pythons: they fail.
    `{ chroot "$1" /usr/bin/${python} -m compileall -qq -j 2 --invalidation-mode unchecked-hash $3 || true; }`,
    '[ -n "$(find "$1/mnt" "$1/usr/lib" -name "*.pyc" -print -quit)" ]',
  ].join(" && ");
  const args = other === undefined ? folder : `-s /mnt /mnt${folder}`;
  await runSlow(
    `compiling ${folder}`,
    ["unshare", "--mount", "sh", "-c", script.replace("$3", args), "sh", root, other ?? ""],
    { progress, hint: "It needs root." },
  );
}

export function shortHash(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}

// What the engine starts anew for every `up` and every `destroy`, our program and our plugins, as a few files of plain
// JavaScript: most of a start went into reading several hundred modules one by one through a TypeScript loader. They
// are kept in the workspace's private folder, and made again when any source has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { workspaceFor } from "../workspace/workspace.js";

const packageRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** Where modules of ours may lie. */
const sources = ["errors", "files", "infra", "workloads"];
/** No engine runs for longer than that; older bundles are superseded. */
const keptMs = 24 * 3600 * 1000;

export async function bundled(main, root = packageRoot, workspace = currentWorkspace(root)) {
  const bundle = join(workspace, ".testbed", "bundles", digestOf(main, root));
  if (!existsSync(bundle)) await make(main, bundle, root);
  return pathToFileURL(join(bundle, basename(main).replace(/ts$/, "js"))).href;
}

function currentWorkspace(root) {
  return workspaceFor(process.cwd(), root, process.env.TESTBED_WORKSPACE);
}

/** Of names, sizes and times: a start must not read every source. */
function digestOf(main, root) {
  const hash = createHash("sha256").update(main);
  for (const source of [...sources.map((name) => join(root, name)), installedIn(root)]) {
    for (const path of filesOf(source)) {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** What says which packages are installed, for this one or with it. */
function installedIn(root) {
  const [, around = join(root, "node_modules")] = /^(.*[\\/]node_modules)[\\/]/.exec(root) ?? [];
  return join(around, ".package-lock.json");
}

function filesOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || /\.(ts|js)$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesOf(join(path, name)));
}

async function make(main, bundle, root) {
  const { build } = await import("esbuild");
  const bundles = dirname(bundle);
  mkdirSync(bundles, { recursive: true });
  for (const name of readdirSync(bundles)) {
    const path = join(bundles, name);
    if (Date.now() - statSync(path).mtimeMs > keptMs) rmSync(path, { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(bundles, "making-"));
  await build({
    entryPoints: [main],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.11",
    logLevel: "error",
    banner: { js: 'import { createRequire as bundled } from "node:module"; const require = bundled(import.meta.url);' },
    plugins: [
      { name: "own places", setup: keepOwnPlaces(root) },
      { name: "packages left out", setup: leavePackagesOut },
    ],
  });
  // No package of the workspace's decides what kind of JavaScript this is.
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  try {
    renameSync(folder, bundle);
  } catch (error) {
    rmSync(folder, { recursive: true });
    // Another engine was faster.
    if (!existsSync(bundle)) throw error;
  }
}

/** A module of ours finds the scripts beside it, wherever it is bundled to. */
function keepOwnPlaces(root) {
  return ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (relative(root, path).includes("node_modules")) return undefined;
      const place = JSON.stringify(pathToFileURL(path).href);
      return { loader: "ts", contents: readFileSync(path, "utf8").replaceAll("import.meta.url", place) };
    });
}

/**
 * The SDK looks for files of its own beside itself. It is named by where it is: a bundle lies in the workspace, from where
 * it may not be found, or another one may.
 */
function leavePackagesOut({ onResolve }) {
  onResolve({ filter: /^(@pulumi\/|@grpc\/|google-protobuf)/ }, ({ path, importer, kind }) => {
    const found = createRequire(importer).resolve(path);
    return { path: kind === "require-call" ? found : pathToFileURL(found).href, external: true };
  });
}

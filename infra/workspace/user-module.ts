/**
 * A user's file that exports data: TypeScript or JavaScript with a default export, or JSON. It is bundled with its
 * imports and then run, so it may be in any folder, with or without a package.json, and may import "serving-testbed"
 * where that is not installed. A tsconfig beside it applies to this file only.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { parseJson } from "../../files/json-text.ts";
import { packageRoot } from "./paths.ts";

/** Of a user's file that is a module. */
export const moduleExtensions: readonly string[] = [".ts", ".mts", ".js", ".mjs", ".cts", ".cjs"];

/**
 * @param path seen from the current folder
 * @param what it is, for messages: "study", "service"
 * @throws TestbedError (badInput) where there is no such file, or it cannot be loaded, or exports nothing by default
 */
export async function defaultExport(path: string, what: string): Promise<unknown> {
  const file = resolve(path);
  const hint = `A ${what} file is TypeScript or JavaScript with a default export, or JSON.`;
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new TestbedError("badInput", `there is no ${what} file ${path}`, { hint });
  }
  try {
    if (extname(file) === ".json") return parseJson(readFileSync(file, "utf8"));
    const address = await bundledFile(file);
    const found = await withoutExit(async () => {
      const module = await inTime(import(/* @vite-ignore */ address) as Promise<{ default?: unknown }>);
      // Data: what its getters give once, and no functions.
      return module.default === undefined ? undefined : structuredClone(module.default);
    });
    if (found !== undefined) return found;
  } catch (cause) {
    throw new TestbedError("badInput", `${what} file ${path} cannot be loaded: ${firstProblem(cause)}`, {
      cause,
      hint,
    });
  }
  throw new TestbedError("badInput", `${what} file ${path} has no default export`, { hint });
}

/** A file that ends the process would end the command without a word of why. */
async function withoutExit<T>(load: () => Promise<T>): Promise<T> {
  const { exit } = process;
  process.exit = (code) => {
    throw new Error(`it calls process.exit(${code ?? ""})`);
  };
  try {
    return await load();
  } finally {
    process.exit = exit;
  }
}

/** Of a file that waits for what never comes, nothing else would be heard. */
const longestImportMs = 60_000;

async function inTime<T>(loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const after = `its import has not ended after ${longestImportMs / 1000} s`;
    timer = setTimeout(() => reject(new Error(after)), longestImportMs);
  });
  return Promise.race([loading, late]).finally(() => clearTimeout(timer));
}

/** @returns the file and all that it imports as one module: a `data:` address, so that nothing is written anywhere */
async function bundledFile(file: string): Promise<string> {
  // A tenth of a second to load: only where there is such a file.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20.11",
    logLevel: "silent",
    banner: {
      js: `import { createRequire as requireOf } from "node:module"; const require = requireOf(${JSON.stringify(pathToFileURL(file).href)});`,
    },
    plugins: [ownLibrary, placesKept],
  });
  return `data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString("base64")}`;
}

const ownLibrary: Plugin = {
  name: "serving-testbed is this package",
  setup({ onResolve }) {
    onResolve({ filter: /^serving-testbed$/ }, () => ({ path: join(packageRoot, "library", "index.ts") }));
  },
};

/** A module still knows where it lies. */
const placesKept: Plugin = {
  name: "places kept",
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const place = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
      const contents = text.replaceAll(
        /\bimport\.meta\.(url|dirname|filename)\b/g,
        (_, part: keyof typeof place) => JSON.stringify(place[part]),
      );
      if (contents === text) return undefined;
      return { contents, loader: /ts$/.test(path) ? "ts" : "js", resolveDir: dirname(path) };
    });
  },
};

/** Of what cannot be read: where and why. Of what throws when it is run: what it says. */
function firstProblem(error: unknown): string {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (first === undefined) return messageOf(error).split("\n")[0] ?? "";
  const { location, text } = first;
  return location === null ? text : `line ${location.line}, column ${location.column + 1}: ${text}`;
}

/** The source files of a folder, as far as a sketch of a service needs them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

export interface SourceFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
}

/** A service's entry is near the top; environments and builds are not its sources. */
const deepest = 2;
const largestBytes = 300_000;
const leftOut =
  /^(\.|node_modules$|venv$|env$|site-packages$|dist$|build$|target$|__pycache__$|tests?$|results$)/;

/** @param ending such as ".py" */
export function sourceFiles(folder: string, ending: string): readonly SourceFile[] {
  return namesIn(folder, ending, 0).map((path) => ({
    path: relative(folder, path),
    text: readFileSync(path, "utf8"),
  }));
}

function namesIn(folder: string, ending: string, depth: number): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !leftOut.test(name));
  entries.sort((a, b) => Number(a.isDirectory()) - Number(b.isDirectory()) || (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth < deepest ? namesIn(path, ending, depth + 1) : [];
    return entry.isFile() && entry.name.endsWith(ending) && statSync(path).size <= largestBytes ? [path] : [];
  });
}

const media = /\.(png|jpe?g|gif|webp|bmp|tiff?|wav|mp3|flac|ogg|npy|pdf)$/i;

/** A folder that holds only images, sound and similar files, for use as request bodies; undefined where there is none. */
export function mediaFolder(folder: string): string | undefined {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !leftOut.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .find((name) => {
      const files = readdirSync(join(folder, name)).filter((file) => !file.startsWith("."));
      return files.length > 0 && files.every((file) => media.test(file));
    });
}

/** Undefined where there is no such file. */
export function textOf(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return undefined;
  }
}

/** The file that locks a Python project's packages, else the one that lists them. */
export function requirementsFile(folder: string): string | undefined {
  return ["requirements.lock", "requirements.lock.txt", "requirements.txt"].find(
    (name) => textOf(folder, name) !== undefined,
  );
}

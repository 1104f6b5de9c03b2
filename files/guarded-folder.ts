/**
 * A folder that a stranger may have made, such as the results of a run: whatever its files contain, nothing outside it
 * is read, written or removed. Names are relative to it, without `.`, `..` or an empty part, and no part of them is a
 * link.
 *
 * It guards against what lies in the folder, not against a process that changes it in the meantime.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { TestbedError } from "../errors/errors.ts";
import { makeBeside } from "./whole-file.ts";

export interface GuardedFolder {
  /** As it was named. */
  readonly directory: string;
  /** @throws TestbedError (invalidResults) where it is no plain file, or a link is on the way */
  hasFile(name: string): Promise<boolean>;
  /** The entries of a folder, by name, without files that an operating system adds; empty where there is no folder. */
  list(name: string): Promise<readonly string[]>;
  /** @throws TestbedError (invalidResults) where it is missing, no plain file, or too long for a text */
  readText(name: string): Promise<string>;
  /** `sha256:...`. @throws as `readText` */
  digestOf(name: string): Promise<string>;
  /** The path of a file, for readers that need a path. @throws as `readText` */
  pathOf(name: string): Promise<string>;
  /** Whole or not at all; its folders are made. @param make gets the path of a draft */
  make<T>(name: string, make: (draft: string) => Promise<T>): Promise<T>;
  writeText(name: string, content: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** The folders of `to` are made. */
  move(from: string, to: string): Promise<void>;
}

/** Finder, Explorer and file shares write these beside whatever they show. */
const strays =
  /^(?:\.DS_Store|\._.*|\.fuse_hidden.*|\.nfs.*|Thumbs\.db|desktop\.ini|\.directory|@eaDir|\..*\.draft)$/i;
const longestText = 256 * 1024 * 1024;

export function guardedFolder(directory: string): GuardedFolder {
  const root = () => realpath(directory);

  /** @returns undefined where there is nothing of that name */
  const found = async (name: string, kind: "file" | "folder"): Promise<string | undefined> => {
    const parts = partsOf(directory, name);
    let at = await root().catch(() => undefined);
    if (at === undefined) return undefined;
    for (const [index, part] of parts.entries()) {
      at = join(at, part);
      const is = await lstat(at).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
        throw error;
      });
      if (is === undefined) return undefined;
      const wanted = index < parts.length - 1 || kind === "folder" ? "folder" : "file";
      if (wanted === "folder" ? !is.isDirectory() : !is.isFile()) {
        throw refused(directory, name, `a ${wanted}`, is.isSymbolicLink() ? "a link" : `no ${wanted}`);
      }
    }
    return at;
  };

  const opened = async <T>(name: string, work: (file: FileHandle) => Promise<T>): Promise<T> => {
    const path = await pathOf(name);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw refused(directory, name, "a file", "no file");
      return await work(file);
    } finally {
      await file.close();
    }
  };

  const pathOf = async (name: string): Promise<string> => {
    const path = await found(name, "file");
    if (path !== undefined) return path;
    throw new TestbedError("invalidResults", `${name} is missing in ${directory}`, {
      problems: [{ path: name, expected: "a file", got: "nothing" }],
      hint: "A results folder is what `testbed study` writes: results/<study>/<run>.",
    });
  };

  /** @returns the folder that the name is to be in */
  const folderFor = async (name: string): Promise<string> => {
    const parts = partsOf(directory, name).slice(0, -1);
    await mkdir(resolve(directory), { recursive: true });
    const into = await root();
    for (const length of parts.map((_, index) => index + 1)) {
      const part = parts.slice(0, length).join("/");
      if ((await found(part, "folder")) === undefined) await mkdir(join(into, part)).catch(unlessThere);
    }
    return join(into, ...parts);
  };

  const make: GuardedFolder["make"] = async (name, work) => {
    const folder = await folderFor(name);
    await found(name, "file");
    return makeBeside(join(folder, partsOf(directory, name).at(-1)!), work);
  };

  return {
    directory,
    pathOf,
    make,
    hasFile: async (name) => (await found(name, "file")) !== undefined,
    async list(name) {
      const path = await found(name, "folder");
      const names = path === undefined ? [] : await readdir(path);
      return names.filter((one) => !strays.test(one)).sort();
    },
    readText: (name) =>
      opened(name, async (file) => {
        const { size } = await file.stat();
        if (size > longestText)
          throw refused(directory, name, `at most ${longestText} bytes`, `${size} bytes`);
        return file.readFile("utf8");
      }),
    digestOf: (name) =>
      opened(name, async (file) => {
        const hash = createHash("sha256");
        await pipeline(file.createReadStream({ autoClose: false }), hash);
        return `sha256:${hash.digest("hex")}`;
      }),
    writeText: (name, content) => make(name, (draft) => writeFile(draft, content, { flag: "wx" })),
    async remove(name) {
      const path = (await found(name, "folder").catch(() => undefined)) ?? (await found(name, "file"));
      if (path !== undefined) await rm(path, { recursive: true, force: true });
    },
    async move(from, to) {
      const path = (await found(from, "folder").catch(() => undefined)) ?? (await pathOf(from));
      await rename(path, join(await folderFor(to), partsOf(directory, to).at(-1)!));
    },
  };
}

function partsOf(directory: string, name: string): string[] {
  const parts = name.split("/");
  const bad = (part: string) => part === "" || part === "." || part === ".." || /[\\\0]/.test(part);
  if (parts.some(bad))
    throw refused(directory, JSON.stringify(name), "a name inside the folder", "a name that leads out of it");
  return parts;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

function refused(directory: string, name: string, expected: string, got: string): TestbedError {
  return new TestbedError("invalidResults", `${name} in ${directory} cannot be opened safely`, {
    problems: [{ path: name, expected, got }],
    hint: "A results folder may hold no links that leave it: replace the link with a copy.",
  });
}

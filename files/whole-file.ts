/**
 * Writes outputs to paths that users name. A file is replaced atomically: a reader sees the old one or the new one, and
 * a crash leaves no partial file. An existing path keeps its kind: through a link its target is written, a pipe or a
 * device is written into, a folder is refused.
 */
import { randomBytes } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import {
  access,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { type Problem, TestbedError } from "../errors/errors.ts";

export interface FileMode {
  /** Permission bits, for private files. */
  readonly mode?: number;
}

/**
 * Made beside its place and renamed into it; its folder is made.
 * @returns what making it gave
 * @throws what making it threw; then there is nothing of it, and what was there before stands
 */
export async function makeWhole<T>(path: string, make: (draft: string) => Promise<T>): Promise<T> {
  const place = await placeOf(path);
  if (place.kind === "stream") return makeThrough(place.path, make);
  await makeFolder(dirname(place.path));
  return makeBeside(place.path, make);
}

export async function writeWhole(path: string, content: string, { mode }: FileMode = {}): Promise<void> {
  await makeWhole(path, (draft) =>
    writeFile(draft, content, { flag: "wx", ...(mode === undefined ? {} : { mode }) }),
  );
}

/**
 * Before the work whose result goes there: now is the time to say that it cannot.
 * @param option what the place was named by, for the message
 * @throws TestbedError (badInput)
 */
export async function checkOutput(path: string, option: string): Promise<void> {
  const refuse = (got: string, cause?: unknown) => {
    const problem: Problem = { path: option, expected: "a file in a folder that can be written", got };
    throw new TestbedError("badInput", `cannot write to ${path === "" ? "a file without a name" : path}`, {
      problems: [problem],
      cause,
    });
  };
  if (path.trim() === "") refuse("an empty name");
  try {
    const place = await placeOf(path);
    if (place.kind === "stream") return await access(place.path, constants.W_OK);
    await makeFolder(dirname(place.path));
    await access(dirname(place.path), constants.W_OK | constants.X_OK);
  } catch (cause) {
    refuse(cause instanceof TestbedError ? cause.problems[0]!.got : `${path} (${reasonOf(cause)})`, cause);
  }
}

/** @param path that of a file, which need not exist; its folder must */
export async function makeBeside<T>(path: string, make: (draft: string) => Promise<T>): Promise<T> {
  // In a folder that others may write to, no link can exist at a name that cannot be guessed.
  const draft = join(
    dirname(path),
    `.${basename(path).slice(0, 200)}.${randomBytes(8).toString("hex")}.draft`,
  );
  try {
    const made = await make(draft);
    await rename(draft, path);
    return made;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Its parts one by one: `recursive` tries without end where the kernel lets nothing be made (nodejs/node#27198). */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw notWritable(path, `${path}, which is not a folder`);
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

interface Place {
  /** `stream`: written into as it is, never replaced. */
  readonly kind: "file" | "stream";
  readonly path: string;
}

const mostLinks = 40;
const longestWaitMs = 10_000;

async function placeOf(path: string): Promise<Place> {
  if (path.trim() === "") throw notWritable("a file without a name", "an empty name");
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined && path.endsWith(sep)) throw notWritable(path, `${path}, the name of a folder`);
  if (found?.isDirectory() === true) throw notWritable(path, `${path}, which is a folder`);
  if (found?.isBlockDevice() === true) throw notWritable(path, `${path}, which is a disk`);
  if (found !== undefined && !found.isFile()) return { kind: "stream", path };
  // /dev/stdout may be a file that another process has open: a new file in its place would not be the one that it writes to.
  if (found !== undefined && /^\/(?:dev|proc)\//.test(resolve(path))) return { kind: "stream", path };
  return { kind: "file", path: found === undefined ? await endOfLinks(path) : await realpath(path) };
}

/** Where a link leads to nothing yet, the file is made there. */
async function endOfLinks(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    const to = await readlink(at).catch(() => undefined);
    if (to === undefined) return at;
    at = resolve(dirname(at), to);
  }
  throw notWritable(path, "links without an end");
}

async function makeThrough<T>(path: string, make: (draft: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "testbed-output-"));
  try {
    const draft = join(folder, basename(path));
    const made = await make(draft);
    // Held until the end: a reader sees the end of a pipe as soon as no process has it open for writing.
    const held = await awaitReader(path);
    try {
      const into = await open(path, constants.O_WRONLY);
      await pipeline(createReadStream(draft), into.createWriteStream());
    } finally {
      await held.close();
    }
    return made;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opening a pipe without a reader would block for ever, and not even Ctrl-C would end that. */
async function awaitReader(path: string): Promise<FileHandle> {
  for (const until = performance.now() + longestWaitMs; ; await setTimeout(50)) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
      if (performance.now() > until) throw notWritable(path, "a pipe that nobody reads");
    }
  }
}

function notWritable(path: string, got: string): TestbedError {
  return new TestbedError("badInput", `cannot write to ${path}`, {
    problems: [{ path: "output", expected: "a file, a pipe or a character device", got }],
  });
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

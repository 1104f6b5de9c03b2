/**
 * Errors of the machine (a full disk, a read-only folder, no file descriptors left) occur in many modules under many
 * codes. A user can act on them, so each is reported as one error with a hint, not as a bug.
 */
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { type ExitKind, TestbedError } from "../../errors/errors.ts";
import { temporaryError } from "../../files/temporary-root.ts";

interface Refusal {
  readonly what: string;
  readonly kind: ExitKind;
  readonly expected: string;
  readonly hint: string;
}

const diskFull: Refusal = {
  what: "the disk is full",
  kind: "runFailed",
  expected: "space to write",
  hint:
    "npx testbed prune removes superseded files from the cache, TESTBED_CACHE moves the cache; " +
    "then continue with --resume, which repeats no finished trial.",
};
const notAllowed: Refusal = {
  what: "a file or folder cannot be read or written by this user",
  kind: "badInput",
  expected: "permission to use it",
  hint:
    "The cache is in TESTBED_CACHE (default: the home folder), state in .testbed/, results in their own folder: " +
    "copy read-only files to a folder of your own.",
};
const noSuchPlace: Refusal = {
  what: "a path cannot name a file or folder",
  kind: "badInput",
  expected: "parent folders that exist and are folders, no loop of links, names that are not too long",
  hint: "Give another path; TESTBED_CACHE sets the path of the cache.",
};
const noDescriptors: Refusal = {
  what: "this process may open no more files or connections",
  kind: "runFailed",
  expected: "descriptors left",
  hint: "Raise the limit: ulimit -n 65536.",
};

const refusals: Readonly<Record<string, Refusal>> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: notAllowed,
  ENOTDIR: noSuchPlace,
  EISDIR: noSuchPlace,
  ELOOP: noSuchPlace,
  ENAMETOOLONG: noSuchPlace,
  EMFILE: noDescriptors,
  ENFILE: noDescriptors,
};

/** @returns undefined where the error is about something else */
export function machineError(error: unknown): TestbedError | undefined {
  if (error instanceof TestbedError && !hasFullDisk(error)) return undefined;
  for (const link of causes(error)) {
    // A library fails there in its own words, some as soon as they are imported.
    const temporary = isInTemporary(link) ? temporaryError(tmpdir(), error) : undefined;
    if (temporary !== undefined) return temporary;
    const refusal = refusalOf(link);
    if (refusal === undefined) continue;
    const { path, dest } = link as NodeJS.ErrnoException & { dest?: string };
    const got = path ?? dest ?? link.message.split("\n")[0]!;
    return new TestbedError(refusal.kind, refusal.what, {
      cause: error,
      problems: [{ path: refusal === diskFull ? "disk" : "path", expected: refusal.expected, got }],
      hint: refusal.hint,
    });
  }
  return undefined;
}

function refusalOf(error: Error): Refusal | undefined {
  if (/no space left on device/i.test(error.message)) return diskFull;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // Where a folder is to be made there is something else.
  if (code === "EEXIST" && syscall === "mkdir") return noSuchPlace;
  return code !== undefined && Object.hasOwn(refusals, code) ? refusals[code] : undefined;
}

function isInTemporary(error: Error): boolean {
  const { code, path } = error as NodeJS.ErrnoException;
  // `realpath` names a relative folder by its absolute path.
  return code !== undefined && path !== undefined && resolve(path).startsWith(resolve(tmpdir()));
}

function hasFullDisk(error: unknown): boolean {
  return causes(error).some((one) => refusalOf(one) === diskFull);
}

function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let link = error; link instanceof Error && !found.includes(link); link = link.cause) found.push(link);
  return found;
}

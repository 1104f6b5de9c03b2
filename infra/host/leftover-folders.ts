/**
 * Folders left by killed processes: those of engines (engine-temporary.ts), the language host's pipes of a `pulumi`
 * typed by hand, and the temporary folders of this workspace's services. Each is removed only while no process can be
 * using it.
 */
import { lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateFolder } from "../workspace/paths.ts";
import { removeEngineFolders } from "./engine-temporary.ts";
import { pids } from "./process.ts";
import { registered } from "./started-services.ts";

/** A language host that is just starting has its folder before anybody could see its process. */
const leastAgeMs = 60_000;
const pipeFolder = /^pulumi-node-pipes\d+$/;

export interface LeftoverOptions {
  readonly temporary?: string;
  readonly ofServices?: string;
  readonly ofEngines?: string;
  /** Does any language host run, of whatever Pulumi: whose pipes are whose cannot be told. */
  readonly hostRuns?: () => boolean;
  readonly serviceRuns?: () => boolean;
  /** Milliseconds, as `Date.now()` has them. */
  readonly now?: number;
}

/** @returns paths of what was removed; a folder that cannot be is passed over */
export function removeLeftoverFolders(options: LeftoverOptions = {}): readonly string[] {
  const { temporary = tmpdir(), ofServices = join(privateFolder, "tmp"), now = Date.now() } = options;
  const { hostRuns = languageHostRuns, serviceRuns = () => registered().length > 0 } = options;
  const isOld = (path: string) => now - lstatSync(path).mtimeMs > leastAgeMs;
  const found = [
    ...(hostRuns() ? [] : pathsIn(temporary, (name) => pipeFolder.test(name)).filter(holdsOwnPipes)),
    ...(serviceRuns() ? [] : pathsIn(ofServices, () => true)),
  ];
  const removed = found.filter((path) => {
    try {
      if (!isOld(path)) return false;
      rmSync(path, { recursive: true });
      return true;
    } catch {
      return false;
    }
  });
  return [...removeEngineFolders(options.ofEngines), ...removed];
}

/** A folder of this user's with nothing but pipes in it. */
function holdsOwnPipes(path: string): boolean {
  try {
    const folder = lstatSync(path);
    if (!folder.isDirectory() || folder.uid !== process.getuid?.()) return false;
    return readdirSync(path).every((name) => lstatSync(join(path, name)).isFIFO());
  } catch {
    return false;
  }
}

/** True where the system does not tell. */
function languageHostRuns(): boolean {
  if (process.platform !== "linux") return true;
  return pids().some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("pulumi-language");
    } catch {
      return false; // It ended meanwhile.
    }
  });
}

function pathsIn(folder: string, isOne: (name: string) => boolean): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(isOne)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

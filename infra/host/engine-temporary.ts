/**
 * Temporary files of the engines that this process starts: pipes of Pulumi's language host, compiled code of its SDK
 * (`v8-compile-cache-<uid>`, a name that another user could create first in a shared folder). They are in the
 * workspace's private folder, under the pid of the process that started the engines: leftovers of killed engines are
 * found there, and no other files are touched.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makePrivate } from "../../files/private-folder.js";
import { privateFolder } from "../workspace/paths.ts";
import { pids, startTimeOf } from "./process.ts";

const ofEngines = join(privateFolder, "engines");
let own: string | undefined;

/** For the environment of an engine: its own folder, and the user's, which services get (user-temporary.js). */
export function engineTemporary(): Readonly<Record<string, string>> {
  if (own === undefined) {
    own = join(
      makePrivate(ofEngines),
      `${process.pid}-${startTimeOf(process.pid)?.replaceAll(/\W/g, "") ?? ""}`,
    );
    process.once("exit", () => removeUnused(own!));
  }
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return { TMPDIR: own, TESTBED_TMPDIR: process.env.TMPDIR ?? "" };
}

/** Those of starters that are gone. @returns paths of what was removed */
export function removeEngineFolders(folder = ofEngines): readonly string[] {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {} // There are none yet.
  return names
    .filter((name) => !isStarterAlive(name))
    .map((name) => join(folder, name))
    .filter(removeUnused);
}

function isStarterAlive(name: string): boolean {
  const [pid = "", startTime = ""] = name.split("-");
  const found = startTimeOf(Number(pid));
  return found !== null && found.replaceAll(/\W/g, "") === startTime;
}

/** An engine may outlive a starter that was killed. */
function removeUnused(folder: string): boolean {
  if (isUsed(folder)) return false;
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function isUsed(folder: string): boolean {
  if (process.platform !== "linux") return false;
  return pids().some((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/environ`, "latin1").includes(`TMPDIR=${folder}\0`) &&
        startTimeOf(pid) !== null
      );
    } catch {
      return false; // Gone, or not ours to read.
    }
  });
}

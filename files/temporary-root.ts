/** The folder for temporary files: what TMPDIR says, and whether that can be used. */
import { accessSync, constants, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute } from "node:path";
import { type Problem, TestbedError } from "../errors/errors.ts";

/** Before work that needs temporary files, in processes that this one starts too. @throws TestbedError (badInput) */
export function checkTemporary(folder = tmpdir()): void {
  const error = temporaryError(folder);
  if (error !== undefined) throw error;
}

/** @returns undefined where temporary files can be made */
export function temporaryError(folder = tmpdir(), cause?: unknown): TestbedError | undefined {
  const got = faultOf(folder);
  if (got === undefined) return undefined;
  const problem: Problem = {
    path: "TMPDIR",
    expected: "the absolute path of a folder that this user can write to",
    got: `${folder} (${got})`,
  };
  return new TestbedError("badInput", "the folder for temporary files cannot be used", {
    problems: [problem],
    hint: "Create it, set TMPDIR to another folder, or unset TMPDIR: then /tmp is used.",
    cause,
  });
}

function faultOf(folder: string): string | undefined {
  // Programs that are started in other folders would look for it there.
  if (!isAbsolute(folder)) return "a relative path";
  try {
    if (!statSync(folder).isDirectory()) return "no folder";
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** The testbed's command in a process of its own, as its users run it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Arguments of `node`; the command's own come after them. */
export const testbed = ["--import", "tsx", "study/main.ts"] as const;
export const run = promisify(execFile);

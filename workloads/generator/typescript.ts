/** Running TypeScript files of this project in processes and threads of their own, without a build step. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const { resolve } = createRequire(import.meta.url);

/** Node's arguments for a process whose entry is TypeScript. */
export const typescriptArguments: readonly string[] = ["--import", pathToFileURL(resolve("tsx")).href];

/** A thread whose entry is TypeScript; Node 20 does not pass a loader given by `--import` on to threads. */
export function typescriptThread(entry: URL, workerData: unknown): Worker {
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const code =
    `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })` +
    ".catch((error) => setImmediate(() => { throw error; }));";
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}

/** Runs TypeScript files of this project in processes and threads of their own, without a build step. */
import { Worker } from "node:worker_threads";

const loader = new URL("./typescript-loader.js", import.meta.url).href;

/** Node's arguments for a process whose entry is TypeScript. */
export const typescriptArguments: readonly string[] = ["--import", loader];

/** A thread whose entry is TypeScript; Node 20 does not pass a loader given by `--import` on to threads. */
export function typescriptThread(entry: URL, workerData: unknown): Worker {
  const code =
    `import(${JSON.stringify(loader)}).then(() => import(${JSON.stringify(entry.href)}))` +
    ".catch((error) => setImmediate(() => { throw error; }));";
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}

/**
 * What this machine does to a plain timer in the same seconds in which a test measures instants: one of 5 ms after
 * another, in a thread of its own. A limit on an instant is what theory says and this beside it, so that a machine that
 * is slow or busy for all is no fault of what is tested.
 */
import { Worker } from "node:worker_threads";

const source = `
const { parentPort } = require("node:worker_threads");
const everyMs = 5;
let mostLateMs = 0;
let due = performance.now() + everyMs;
(function next() {
  setTimeout(() => {
    const now = performance.now();
    mostLateMs = Math.max(mostLateMs, now - due);
    due = now + everyMs;
    next();
  }, everyMs);
})();
parentPort.on("message", () => { parentPort.postMessage(Math.max(mostLateMs, performance.now() - due)); process.exit(); });
`;

/** @returns what `work` does, and by how many ms the latest of the plain timers beside it was late */
export async function besidePlainTimers<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly plainLateMs: number }> {
  const worker = new Worker(source, { eval: true });
  await new Promise((resolve) => worker.once("online", resolve));
  const result = await work().catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  const plainLateMs = await new Promise<number>((resolve) => {
    worker.once("message", resolve);
    worker.postMessage("how late?");
  });
  return { result, plainLateMs };
}

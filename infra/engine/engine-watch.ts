/**
 * Ends the children of an engine with it: the program and the providers. A killed engine does not end them: they would
 * keep running, and the SDK's handler of uncaught errors would report every failed write to a closed pipe, for ever.
 */
import { startTimeOf } from "../host/process.ts";

const pollMs = 500;
const graceMs = 15_000;

/** @param stop ends what is under way, so that nothing half made is left; without it this ends at once */
export function endWithEngine(stop?: () => Promise<void>): void {
  const isGone = engineWatch();
  let ending = false;
  const end = () => {
    // Where failed writes follow one another, no timer would come to its turn.
    if (stop === undefined) process.exit(1);
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), graceMs);
    void stop().finally(() => setTimeout(() => process.exit(1), pollMs));
  };
  for (const stream of [process.stdout, process.stderr]) stream.on("error", end);
  setInterval(() => {
    if (isGone()) end();
  }, pollMs).unref();
}

/**
 * The engine may be gone before this process has read its first module: its parent is then another one already, and never
 * changes. So the engine that `testbed` starts is known by its own pid (own-session.sh); one that was typed by hand, by the
 * parent: the program's is the language host, which ends when its engine no longer answers.
 */
function engineWatch(environment: NodeJS.ProcessEnv = process.env): () => boolean {
  const engine = Number(environment.TESTBED_ENGINE_PID ?? Number.NaN);
  if (!Number.isInteger(engine)) {
    const parent = process.ppid;
    return () => process.ppid !== parent;
  }
  const startTime = startTimeOf(engine);
  return () => startTime === null || startTimeOf(engine) !== startTime;
}

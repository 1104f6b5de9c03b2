/**
 * What an engine starts ends with it: the program and the providers. A killed engine ends nothing: they would live on,
 * and the SDK's handler of uncaught errors would write about each failed write to a closed pipe, for ever.
 */
const pollMs = 500;
const graceMs = 15_000;

/** @param stop ends what is under way, so that nothing half made is left */
export function endWithEngine(stop: () => Promise<void>): void {
  // The program's parent is the language host, which ends when its engine no longer answers.
  const parent = process.ppid;
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), graceMs);
    void stop().finally(() => setTimeout(() => process.exit(1), pollMs));
  };
  for (const stream of [process.stdout, process.stderr]) stream.on("error", end);
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, pollMs).unref();
}

/**
 * A generator process: it takes one job from its parent, runs it, sends the samples, and ends. It is a separate
 * process, so that neither the parent's work nor its garbage collection delays a send.
 */
import { closedLoop } from "./closed-loop.ts";
import type { LoopHost } from "./host.ts";
import type { FromGenerator, ToGenerator } from "./messages.ts";
import { openLoop } from "./open-loop.ts";
import { askForPrecision } from "./timing/precision.ts";

const stop = new AbortController();
let begin: (atMs: number | undefined) => void = () => {};
const started = new Promise<number | undefined>((resolve) => {
  begin = resolve;
});

process.on("message", (message: ToGenerator) => {
  if (message.type === "job") void run(message.job);
  if (message.type === "start") begin(message.atMs);
  if (message.type === "stop") {
    stop.abort();
    begin(undefined);
  }
});
// Ctrl-C reaches the whole foreground group; the parent decides what happens then.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
// The parent is gone: no process is left to take the samples.
process.on("disconnect", () => process.exit(0));

async function run(job: Extract<ToGenerator, { type: "job" }>["job"]): Promise<void> {
  const nice = askForPrecision();
  const host: LoopHost = {
    stop: stop.signal,
    start() {
      say({ type: "ready", nice });
      return started;
    },
    live: (counts) => say({ type: "live", counts }),
  };
  const result = await (job.kind === "open" ? openLoop(job, host) : closedLoop(job, host));
  process.send!({ type: "result", result } satisfies FromGenerator, () => process.disconnect());
}

function say(message: FromGenerator): void {
  process.send!(message);
}

/**
 * A generator process: takes one job from its parent, runs it, sends the samples, ends. A process of its own, so that
 * neither the parent's work nor its garbage collection delays a send.
 */
import { execFileSync } from "node:child_process";
import os from "node:os";
import { closedLoop } from "./closed-loop.ts";
import type { LoopHost } from "./host.ts";
import type { FromGenerator, ToGenerator } from "./messages.ts";
import { openLoop } from "./open-loop.ts";

/** Before ordinary processes, so that a service that keeps every core busy does not delay the sends. */
const wantedNice = -20;

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
// The parent is gone: nobody is left to take the samples.
process.on("disconnect", () => process.exit(0));

async function run(job: Extract<ToGenerator, { type: "job" }>["job"]): Promise<void> {
  const nice = raisePriority();
  const host: LoopHost = {
    nice,
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

/**
 * Niceness alone is not enough: Linux from 6.6 on lets a busy process finish its slice (3 ms) before a waking one of
 * any niceness. With every core busy, p99 lateness was 4-7 ms at -20 and 0.2-0.4 ms in the real-time class.
 * @returns what it is now: without the right to raise it, what it was
 */
function raisePriority(): number {
  try {
    os.setPriority(0, wantedNice);
    // The kernel's own limit on real-time tasks (95 % of a second) still protects the machine.
    execFileSync("chrt", ["--all-tasks", "--rr", "--pid", "1", String(process.pid)], { stdio: "ignore" });
  } catch {}
  return os.getPriority(0);
}

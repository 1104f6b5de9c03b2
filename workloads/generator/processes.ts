/**
 * Generator processes, as their parent controls them: start them, agree on one start instant, collect the samples,
 * leave no process behind.
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { TestbedError } from "../../errors/errors.ts";
import { lastLines } from "../../files/last-lines.ts";
import { monotonicMs } from "../samples/clock.ts";
import { typescriptArguments } from "../typescript/typescript.ts";
import type { LiveSnapshot } from "./live.ts";
import type { ClosedLoopJob, FromGenerator, GeneratorResult, OpenLoopJob, ToGenerator } from "./messages.ts";

export interface Collected {
  /** One per job, in order. */
  readonly results: readonly GeneratorResult[];
  /** Least favourable scheduling priority that a process got. */
  readonly nice: number;
}

/** From "everybody is ready" to the start: time for the message to arrive everywhere, and some more for each process. */
const startDelayMs = { common: 50, perProcess: 10 } as const;
/**
 * A request leaves about 4 kB to collect. V8 begins with a young generation of 1 MB, collected every 250 requests for
 * 0.4 ms, which would be 1 % of the sends; in 32 MB it falls due every 8,000 requests, and lasts as long.
 */
export const memoryArguments = ["--min-semi-space-size=32", "--max-semi-space-size=32", "--expose-gc"];
/** A process that was told to stop and does not answer. */
const stopLimitMs = 5_000;

/**
 * Runs one process per job from one absolute start.
 * @param startAt asked when every process is ready; the start in monotonic ms
 * @throws TestbedError (runFailed) where a process ends without a result
 */
export async function runGenerators(
  jobs: readonly (OpenLoopJob | ClosedLoopJob)[],
  signal: AbortSignal,
  onLive: (perProcess: readonly (LiveSnapshot | undefined)[]) => void = () => {},
  startAt: () => Promise<number> = async () => soon(jobs.length),
): Promise<Collected> {
  const lives: (LiveSnapshot | undefined)[] = jobs.map(() => undefined);
  const generators = jobs.map((job, index) =>
    startGenerator(job, (counts) => {
      lives[index] = counts;
      onLive(lives);
    }),
  );
  let stopLimit: NodeJS.Timeout | undefined;
  const stop = () => {
    for (const { tell } of generators) tell({ type: "stop" });
    stopLimit = setTimeout(() => generators.forEach(({ kill }) => void kill()), stopLimitMs);
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    const nices = await Promise.all(generators.map(({ ready }) => ready));
    const atMs = await startAt();
    for (const { tell } of generators) tell({ type: "start", atMs });
    const results = await Promise.all(generators.map(({ result }) => result));
    return { results, nice: Math.max(...nices) };
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(stopLimit);
    await Promise.all(generators.map(({ kill }) => kill()));
  }
}

/** A start that everybody hears of in time; monotonic ms. */
export function soon(processes = 1): number {
  return monotonicMs() + startDelayMs.common + startDelayMs.perProcess * processes;
}

interface Generator {
  readonly ready: Promise<number>;
  readonly result: Promise<GeneratorResult>;
  tell(message: ToGenerator): void;
  /** Resolves when the process is gone; does nothing to one that has ended. */
  kill(): Promise<void>;
}

function startGenerator(job: OpenLoopJob | ClosedLoopJob, onLive: (counts: LiveSnapshot) => void): Generator {
  const child = fork(fileURLToPath(new URL("./process.ts", import.meta.url)), [], {
    execArgv: [...typescriptArguments, ...memoryArguments],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const exited = once(child, "exit").catch(() => {});
  let errorText = "";
  child.stderr?.on("data", (data: Buffer) => {
    errorText = `${errorText}${data.toString()}`.slice(-2_000);
  });
  const tell = (message: ToGenerator) => {
    if (child.connected) child.send(message, () => {});
  };
  const { ready, result } = replies(child, () => errorText, onLive);
  tell({ type: "job", job });
  return {
    ready,
    result,
    tell,
    async kill() {
      if (child.connected) child.disconnect();
      const limit = setTimeout(() => child.kill("SIGKILL"), 500);
      await exited;
      clearTimeout(limit);
    },
  };
}

function replies(child: ChildProcess, errorText: () => string, onLive: (counts: LiveSnapshot) => void) {
  const failed = new Promise<never>((_, reject) => {
    const fail = (cause?: unknown) =>
      reject(
        new TestbedError("runFailed", "a generator process ended without its samples", {
          hint: lastLines(errorText(), 5).join(" / ") || "It printed nothing: was it killed?",
          cause,
        }),
      );
    child.on("error", fail);
    child.on("close", () => fail());
  });
  // A process that ends after its result has not failed.
  failed.catch(() => {});
  const said = <Type extends FromGenerator["type"]>(type: Type) =>
    new Promise<Extract<FromGenerator, { type: Type }>>((resolve) => {
      child.on("message", (message: FromGenerator) => {
        if (message.type === type) resolve(message as Extract<FromGenerator, { type: Type }>);
      });
    });
  child.on("message", (message: FromGenerator) => {
    if (message.type === "live") onLive(message.counts);
  });
  const ready = Promise.race([said("ready").then(({ nice }) => nice), failed]);
  const result = Promise.race([said("result").then((message) => message.result), failed]);
  // Awaited in turn: a failure of both must not count as unhandled.
  ready.catch(() => {});
  result.catch(() => {});
  return { ready, result };
}

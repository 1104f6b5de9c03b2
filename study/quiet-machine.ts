/**
 * Before a trial: does somebody else have the processors? What a hypervisor takes shows only while it is wanted, so every
 * core is kept busy for a while, and the stolen part of that is read. The look comes before the trial and cannot know
 * its outcome, so waiting prefers no variant; trying a spoilt trial again may (docs/decisions/0017).
 */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { mostSteal } from "../analysis/gates/generator.ts";
import { percent } from "../analysis/words.ts";
import { duration, type Progress } from "./progress.ts";
import { until } from "./rest.ts";
import { readCpuTimes, stealShare } from "./steal.ts";

/** One second was too short: docs/decisions/0018. */
const lookMs = 5_000;
const betweenLooksMs = 10_000;

export interface QuietRequest {
  /** What is to begin, for the reader. */
  readonly before: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, "live" | "say">;
  /** Stolen share of the processors' time while all of it is wanted; null where the kernel does not say. */
  readonly look?: () => Promise<number | null>;
  readonly betweenMs?: number;
}

/**
 * Waits until no more is stolen than a trial may lose, or for as long as is allowed; then the trial begins all the same, and
 * its own gate judges it.
 *
 * @returns seconds waited, 0 where the first look was quiet
 * @throws the signal's reason
 */
export async function quietMachine(request: QuietRequest): Promise<number> {
  const {
    before,
    withinMs,
    signal,
    progress,
    look = () => stolenWhenBusy(signal),
    betweenMs = betweenLooksMs,
  } = request;
  const began = performance.now();
  const waitedMs = () => performance.now() - began;
  let looks = 0;
  const noise = await until(
    async () => {
      looks++;
      const stolen = await look();
      if (stolen === null || stolen <= mostSteal) return "";
      const taken = `others have ${percent(stolen, 0)} of the processors' time`;
      const leftMs = withinMs - waitedMs();
      if (leftMs > 0) progress.live(`${before}: ${taken}: waiting, at most ${duration(leftMs)} more`);
      return taken;
    },
    withinMs,
    signal,
    betweenMs,
  );
  if (noise !== "")
    progress.say(`${before}: ${noise}, and had it for ${duration(waitedMs())}: begun all the same`);
  return looks === 1 && noise === "" ? 0 : waitedMs() / 1000;
}

/** @returns what holds a trial back; undefined where nobody asked, or, as is then said, where nothing can be known */
export async function holdingBack(
  request: Pick<QuietRequest, "signal" | "progress"> & { readonly withinMs: number | undefined },
): Promise<((before: string) => Promise<number>) | undefined> {
  const { withinMs, signal, progress } = request;
  if (withinMs === undefined) return undefined;
  if ((await readCpuTimes()) === null) {
    progress.say("This system does not tell stolen time: no trial is held back");
    return undefined;
  }
  return (before) => quietMachine({ before, withinMs, signal, progress });
}

/**
 * Of as long as it takes, and no longer than the signal allows.
 * @returns null where the kernel does not say
 */
export async function stolenWhenBusy(signal: AbortSignal, busyMs = lookMs): Promise<number | null> {
  const before = await readCpuTimes();
  if (before === null) return null;
  const burn = `const end = performance.now() + ${busyMs}; while (performance.now() < end);`;
  const cores = Array.from({ length: availableParallelism() }, () => new Worker(burn, { eval: true }));
  const stop = () => {
    for (const core of cores) void core.terminate();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    await Promise.all(cores.map((core) => once(core, "exit")));
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return stealShare(before, await readCpuTimes());
}

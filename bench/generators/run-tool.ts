/** One run of one tool against the receiver. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { busySeconds, untilIdle } from "./machine.ts";
import type { Receiver } from "./receiver-process.ts";
import type { Command, Tool } from "./tool.ts";

export interface Observed {
  /** Monotonic ms by the receiver's clock. */
  readonly arrivals: Float64Array;
  /** User and system time of the tool and its children, start-up included. */
  readonly cpuSeconds: number;
  /** What the tool printed. */
  readonly stdout: string;
  /** CPU that neither the tool nor the receiver used meanwhile, in cores. */
  readonly othersCores: number;
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number } | undefined;
}

const limitSeconds = 60;
/** Exit code of `timeout` where it had to end the command. */
const timedOut = 124;
const lastLines = 12;

/** @param precise where instants matter, and the receiver has time to sleep */
export async function runTool(
  tool: Tool,
  receiver: Receiver,
  directory: string,
  command: Command,
  precise: boolean,
): Promise<Observed> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(command.files ?? {}))
    await writeFile(join(directory, name), text);
  await untilIdle();
  await receiver.reset(precise);
  const [beganMs, busyBefore] = [performance.now(), await busySeconds()];
  // bash's `time` counts what the whole family of processes used, and `timeout` ends all of it.
  const { stdout, exitCode } = await execa(
    "timeout",
    [
      ...["--kill-after=5", String(limitSeconds)],
      ...["bash", "-c", 'TIMEFORMAT="%U %S"; { time "$@" 2>errors; } 2>cpu', "run", ...command.command],
    ],
    { cwd: directory, env: command.environment ?? {}, reject: false },
  );
  if (exitCode === timedOut) throw new Error(`${tool.name} had not ended after ${limitSeconds} s`);
  if (exitCode !== 0 && !tool.harmlessExits?.includes(exitCode ?? -1)) {
    const errors = await readFile(join(directory, "errors"), "utf8").catch(() => "");
    throw new Error(badExit(tool.name, exitCode, errors, stdout));
  }
  const wallSeconds = (performance.now() - beganMs) / 1000;
  const busy = (await busySeconds()) - busyBefore;
  const { arrivals, cpuSeconds: receiverSeconds } = await receiver.report();
  const cpu = (await readFile(join(directory, "cpu"), "utf8")).trim().split("\n").at(-1)!;
  const latency =
    arrivals.length === 0 ? undefined : await tool.latency(stdout, directory).catch(() => undefined);
  const cpuSeconds = cpu.split(" ").reduce((sum, value) => sum + Number(value), 0);
  const othersCores = Math.max(0, (busy - cpuSeconds - receiverSeconds) / wallSeconds);
  return { arrivals, cpuSeconds, stdout, othersCores, latency };
}

/** The end of what it said, where it ended badly: its log goes with the scratch folder. */
export function badExit(name: string, exitCode: number | undefined, errors: string, stdout: string): string {
  const lines = [stdout, errors].flatMap((text) => text.split("\n").filter((line) => line.trim() !== ""));
  return [
    `${name} ended ${exitCode === undefined ? "by a signal" : `with code ${exitCode}`}`,
    ...lines.slice(-lastLines),
  ].join("\n");
}

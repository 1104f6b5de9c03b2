/** One run of one tool against the receiver. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Receiver } from "./receiver-process.ts";
import type { Command, Tool } from "./tool.ts";

export interface Observed {
  /** Monotonic ms by the receiver's clock. */
  readonly arrivals: Float64Array;
  /** User and system time of the tool and its children, start-up included. */
  readonly cpuSeconds: number;
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number } | undefined;
}

const limitMs = 60_000;

export async function runTool(
  tool: Tool,
  receiver: Receiver,
  directory: string,
  command: Command,
): Promise<Observed> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(command.files ?? {}))
    await writeFile(join(directory, name), text);
  await receiver.reset();
  // bash's `time` counts what the whole family of processes used.
  const { stdout } = await execa(
    "bash",
    ["-c", 'TIMEFORMAT="%U %S"; { time "$@" 2>errors; } 2>cpu', "run", ...command.command],
    {
      cwd: directory,
      env: command.environment ?? {},
      timeout: limitMs,
      // Locust says with its exit code that a request failed; the receiver says what arrived.
      reject: false,
    },
  );
  const { arrivals } = await receiver.report();
  const cpu = (await readFile(join(directory, "cpu"), "utf8")).trim().split("\n").at(-1)!;
  const latency =
    arrivals.length === 0 ? undefined : await tool.latency(stdout, directory).catch(() => undefined);
  return { arrivals, cpuSeconds: cpu.split(" ").reduce((sum, value) => sum + Number(value), 0), latency };
}

/**
 * `npm run bench:generators [-- --quick]`: our generator and its peers against one null server that notes arrivals by
 * its own clock; runs interleaved and repeated, medians shown with their range. Needs an otherwise idle machine, and
 * about nine minutes of it (`--quick`: five).
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { table } from "../../study/terminal/print.ts";
import { audit, sendResolutionMs } from "../../workloads/schedule/audit.ts";
import { sleepFloor, untilIdle } from "./machine.ts";
import { provideTools } from "./peers.ts";
import { startReceiver } from "./receiver-process.ts";
import { type Observed, runTool } from "./run-tool.ts";
import { arrivalFigures, errorsAgainst, evenGrid, median } from "./statistics.ts";
import { type Command, connections, type Tool } from "./tool.ts";

const quick = process.argv.includes("--quick");
const evenPerSecond = 2_000;
const evenSeconds = quick ? 4 : 6;
const repeats = quick ? 1 : 3;
const lawPerSecond = 500;
const lawSeconds = quick ? 6 : 10;
const fastestSeconds = quick ? 2 : 4;
const ladder = [10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000];
const ladderSeconds = 3;

const say = (line: string) => process.stderr.write(`${line}\n`);
let runNumber = 0;
const scratch = await mkdtemp(join(os.tmpdir(), "generators-"));
const { tools, missing } = await provideTools({ progress: say });
const receiver = await startReceiver();
try {
  print(
    `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}, load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  print(
    table([
      ["tool", "version", "what it does"],
      ...tools.map(({ name, version, note }) => [name, version, note]),
    ]),
  );
  await untilIdle();
  for (const realTime of [false, true]) {
    const floor = sleepFloor(realTime);
    print(
      `floor: a thread of ${realTime ? "the real-time class" : "niceness -20, where allowed,"} that only sleeps here ` +
        (floor === undefined
          ? "cannot be had"
          : `oversleeps ${(floor.p50Ms * 1000).toFixed(0)} us (p50), ${(floor.p99Ms * 1000).toFixed(0)} us (p99)`),
    );
  }
  for (const line of missing) print(`not run: ${line}`);
  await evenly();
  await laws();
  await fastest();
  await openLadder();
} finally {
  receiver.close();
  await rm(scratch, { recursive: true, force: true });
}

async function evenly(): Promise<void> {
  const runs = new Map<Tool, Observed[]>(tools.map((tool) => [tool, []]));
  const startUp = new Map<Tool, Observed>();
  for (const tool of tools)
    startUp.set(tool, await run(tool, tool.even(spec({ perSecond: evenPerSecond, seconds: 1 }))));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const tool of tools) {
      say(`even, ${tool.name}, ${repeat + 1} of ${repeats}`);
      const command = tool.even(spec({ perSecond: evenPerSecond, seconds: evenSeconds }));
      runs.get(tool)!.push(await run(tool, command));
    }
  }
  const rows = tools.map((tool) => {
    const observed = runs.get(tool)!;
    const errors = observed.map(({ arrivals }) =>
      errorsAgainst(evenGrid(evenPerSecond, arrivals.length), arrivals),
    );
    const short = startUp.get(tool)!;
    const perRequest = observed.map(
      ({ cpuSeconds, arrivals }) =>
        ((cpuSeconds - short.cpuSeconds) / (arrivals.length - short.arrivals.length)) * 1e6,
    );
    return [
      tool.name,
      spread(
        observed.map(({ arrivals }) => arrivals.length / (evenPerSecond * evenSeconds)),
        3,
      ),
      spread(
        errors.map(({ p50Ms }) => p50Ms * 1000),
        0,
      ),
      spread(
        errors.map(({ p99Ms }) => p99Ms * 1000),
        0,
      ),
      spread(
        errors.map(({ maxMs }) => maxMs * 1000),
        0,
      ),
      spread(
        observed.map(({ latency }) => (latency?.p50Ms ?? Number.NaN) * 1000),
        0,
      ),
      spread(
        observed.map(({ latency }) => (latency?.p99Ms ?? Number.NaN) * 1000),
        0,
      ),
      spread(perRequest, 0),
      spread(
        observed.map(({ othersCores }) => othersCores),
        2,
      ),
    ];
  });
  print(
    `\nEven arrivals, ${evenPerSecond}/s for ${evenSeconds} s, ${repeats} interleaved runs: median (range)`,
  );
  print(
    table([
      [
        "tool",
        "delivered/offered",
        "error p50 us",
        "p99 us",
        "max us",
        "own latency p50 us",
        "p99 us",
        "CPU us/request",
        "others' cores",
      ],
      ...rows,
    ]),
  );
  print(
    "error: arrival by the receiver's clock less the intended instant, the earliest arrival taken as on time",
  );
  for (const tool of tools.filter(({ ownLateness }) => ownLateness !== undefined)) {
    const own = runs.get(tool)!.map(({ stdout }) => tool.ownLateness!(stdout));
    print(`${tool.name} by its own record: ${own.join("; ")}`);
  }
}

async function laws(): Promise<void> {
  const rows: string[][] = [];
  for (const cv of [1, 4]) {
    for (const tool of tools) {
      for (const workers of tool.workers ?? [1]) {
        const command = tool.law?.({
          ...spec({ perSecond: lawPerSecond, seconds: lawSeconds }),
          cv,
          workers,
        });
        const asked = cv === 1 ? "Poisson" : `gamma, cv ${cv}`;
        if (command === undefined) {
          rows.push([asked, tool.name, "-", "cannot"]);
          continue;
        }
        say(`law, ${tool.name}, cv ${cv}, ${workers} workers`);
        const { arrivals, stdout } = await run(tool, command);
        rows.push([
          asked,
          tool.name,
          String(workers),
          ...lawCells(arrivals, cv),
          tool.ownSends?.(stdout) ?? "-",
        ]);
      }
    }
  }
  print(
    `\nArrival laws, ${lawPerSecond}/s for ${lawSeconds} s, without the first and the last second, audited in steps of ${sendResolutionMs(lawPerSecond)} ms`,
  );
  print(
    table([
      [
        "asked",
        "tool",
        "workers",
        "/s",
        "CV",
        "lag-1",
        "dispersion at 50",
        "audit p",
        "verdict",
        "own record",
      ],
      ...rows,
    ]),
  );
}

/** Start and end are left out, so that ramps of users are not held against a tool. */
function lawCells(arrivals: Float64Array, cv: number): string[] {
  const from = (arrivals[0] ?? 0) + 1_000;
  const durationSeconds = lawSeconds - 2;
  const offsetsMs = arrivals.map((at) => at - from).filter((at) => at >= 0 && at <= durationSeconds * 1000);
  const figures = arrivalFigures(offsetsMs, durationSeconds);
  const { p, passed } = audit({
    offsetsMs,
    arrival: { kind: "gamma", cv },
    ratePerSecond: lawPerSecond,
    durationSeconds,
    resolutionMs: sendResolutionMs(lawPerSecond),
  });
  return [
    figures.perSecond.toFixed(0),
    figures.cv.toFixed(2),
    figures.lag1.toFixed(2),
    figures.dispersion.toFixed(1),
    p.toFixed(2),
    passed ? "follows the law" : "does not",
  ];
}

async function fastest(): Promise<void> {
  const rates = new Map<Tool, number[]>(tools.map((tool) => [tool, []]));
  for (let repeat = 0; repeat < Math.min(2, repeats); repeat++) {
    for (const tool of tools) {
      say(`fastest, ${tool.name}`);
      const { arrivals } = await run(tool, tool.fastest(spec({ seconds: fastestSeconds })), false);
      rates.get(tool)!.push(busiestSecond(arrivals));
    }
  }
  print(
    `\nClosed loop, ${connections} connections, as fast as it goes: answers a second in the busiest second`,
  );
  print(table([["tool", "/s"], ...tools.map((tool) => [tool.name, spread(rates.get(tool)!, 0)])]));
}

/** The highest even open-loop rate of which 98 % arrived within the time asked for. */
async function openLadder(): Promise<void> {
  const rows: string[][] = [];
  for (const tool of tools.filter(({ name }) => ["testbed", "vegeta", "k6"].includes(name))) {
    const cells: string[] = [];
    for (const perSecond of ladder) {
      say(`open loop, ${tool.name}, ${perSecond}/s`);
      const { arrivals } = await run(tool, tool.even(spec({ perSecond, seconds: ladderSeconds })), false);
      const end = (arrivals[0] ?? 0) + ladderSeconds * 1000 + 10;
      cells.push((arrivals.filter((at) => at <= end).length / (perSecond * ladderSeconds)).toFixed(3));
    }
    rows.push([tool.name, ...cells]);
  }
  print(`\nOpen loop, share of the offered requests that arrived within the ${ladderSeconds} s asked for`);
  print(table([["tool", ...ladder.map((rate) => `${rate}/s`)], ...rows]));
}

function spec<Extra extends object>(extra: Extra) {
  return { url: receiver.url, directory: join(scratch, String(runNumber)), ...extra };
}

function run(tool: Tool, command: Command, precise = true): Promise<Observed> {
  return runTool(tool, receiver, join(scratch, String(runNumber++)), command, precise);
}

function busiestSecond(arrivals: Float64Array): number {
  let most = 0;
  for (let from = 0, to = 0; to < arrivals.length; to++) {
    while (arrivals[to]! - arrivals[from]! > 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

function spread(values: readonly number[], digits: number): string {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return "-";
  const middle = median(known).toFixed(digits);
  const [low, high] = [Math.min(...known).toFixed(digits), Math.max(...known).toFixed(digits)];
  return known.length === 1 ? middle : `${middle} (${low}-${high})`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

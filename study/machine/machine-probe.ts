/**
 * The speed of the machine at this moment, measured by a short fixed piece of work on every core at the same time:
 *
 *   arithmetic   integer multiplications and additions in a register, million steps per second and core, 20 ms
 *   memory       16 MiB copied from one half of a buffer to the other, bytes read and written, GB per second and core, 20 ms
 *   wake-up      a sleep of 1 ms, eight times: how late the worst of them ended, ms, the mean over the cores
 *
 * About 50 ms a look, all cores together, and 32 MiB of memory a core while a run lasts. A hypervisor that reports no stolen time
 * shows in the arithmetic; a neighbour that has the caches and the memory's bandwidth does not, and shows in the copy.
 */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { MachineReading } from "../../analysis/gates/machine.ts";
import { mean } from "../../analysis/statistics/moments.ts";

export interface MachineProbe {
  look(): Promise<MachineReading>;
  end(): Promise<void>;
}

/** Beyond, more cores say nothing new and cost memory. */
const mostCores = 8;

/** Waits for messages asleep, so that between two looks it costs memory only. */
const work = `
const { parentPort } = require("node:worker_threads");
const half = (16 << 20) / 8;
const cells = new Float64Array(2 * half).fill(1);
const [from, to] = [cells.subarray(0, half), cells.subarray(half)];
const asleep = new Int32Array(new SharedArrayBuffer(4));
let kept = 1;
function repeated(ms, once) {
  const began = performance.now();
  let times = 0;
  do { once(); times++; } while (performance.now() - began < ms);
  return (1000 * times) / (performance.now() - began);
}
function steps() {
  let x = kept;
  for (let step = 0; step < 20000; step++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  kept = x;
}
function late() {
  let worst = 0;
  for (let nap = 0; nap < 8; nap++) {
    const began = performance.now();
    Atomics.wait(asleep, 0, 0, 1);
    worst = Math.max(worst, performance.now() - began - 1);
  }
  return worst;
}
parentPort.on("message", () => {
  const arithmetic = (repeated(20, steps) * 20000) / 1e6;
  const memory = (repeated(20, () => to.set(from)) * 32 * 1024 * 1024) / 1e9;
  parentPort.postMessage({ arithmetic, memory, wakeMs: late() });
});
`;

export async function openMachineProbe(
  cores = Math.min(mostCores, availableParallelism()),
): Promise<MachineProbe> {
  const workers = Array.from({ length: cores }, () => new Worker(work, { eval: true }));
  // A probe that is never stopped must not keep the process alive.
  for (const worker of workers) worker.unref();
  const look = async (): Promise<MachineReading> => {
    const answers = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) {
      worker.ref();
      worker.postMessage("look");
    }
    const of = (await Promise.all(answers)).map(([reading]) => reading as MachineReading);
    for (const worker of workers) worker.unref();
    return {
      arithmetic: mean(of.map(({ arithmetic }) => arithmetic)),
      memory: mean(of.map(({ memory }) => memory)),
      wakeMs: Math.max(0, mean(of.map(({ wakeMs }) => wakeMs))),
    };
  };
  // The first look compiles, and touches its memory for the first time.
  await look();
  return {
    look,
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

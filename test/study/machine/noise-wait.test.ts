import { describe, expect, it } from "vitest";
import type { MachineReading } from "../../../analysis/gates/machine.ts";
import { studyCommand } from "../../../study/commands/study.ts";
import { openMachineProbe } from "../../../study/machine/machine-probe.ts";
import { plannedBudgetSeconds, watchMachine } from "../../../study/machine/noise-wait.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";
import { smoke } from "../../../workloads/studies/smoke.ts";

const usual: MachineReading = { arithmetic: 400, memory: 10, wakeMs: 0.2 };

/** Looks in turn, the last for good, after the three of the beginning; each takes a second of the clock. */
async function machine(looks: readonly Partial<MachineReading>[], budgetSeconds = 60, signal = never) {
  const told: string[] = [];
  let at = -3;
  let now = 0;
  const watched = await watchMachine({
    probe: {
      look: async () => {
        now += 1000;
        const given = at < 0 ? {} : (looks[Math.min(at, looks.length - 1)] ?? {});
        at++;
        return { ...usual, ...given };
      },
    },
    ...{ budgetSeconds, signal, betweenMs: 0, now: () => now },
    progress: { say: (line) => told.push(`say ${line}`), live: (line) => told.push(`live ${line}`) },
  });
  return { watched, told, looks: () => at };
}

const never = new AbortController().signal;

describe("before a trial", () => {
  it("a machine that does what it usually does is not waited for", async () => {
    const { watched, told, looks } = await machine([{ arithmetic: 320, memory: 8 }]);
    expect(await watched.quiet("onnx", "b00")).toMatchObject({ waitedSeconds: 0 });
    expect(looks()).toBe(1);
    expect(told).toEqual([]);
  });

  it.each([
    ["arithmetic that a hypervisor gives to others", { arithmetic: 200 }, "50 % of the usual arithmetic"],
    [
      "memory that others have, with arithmetic as fast as ever",
      { memory: 2.5 },
      "25 % of the usual memory bandwidth",
    ],
    ["late wake-ups", { wakeMs: 9 }, "wake-ups 9.00 ms late"],
  ])("is waited for, and the reader is told: %s", async (_, slow, words) => {
    const { watched, told, looks } = await machine([slow, slow, {}]);
    const { waitedSeconds, reading } = await watched.quiet("onnx", "b00");
    expect(waitedSeconds).toBeGreaterThan(0);
    expect(reading).toEqual(usual);
    expect(looks()).toBe(3);
    expect(told[0]).toContain(`live b00: the machine is slow (${words}): waiting, at most`);
  });

  it("one trial waits half a minute at most, then begins all the same, and that is said", async () => {
    const { watched, told } = await machine([{ memory: 2 }], 600);
    expect((await watched.quiet("onnx", "b00")).waitedSeconds).toBeLessThanOrEqual(31);
    expect(told.at(-1)).toMatch(/^say b00: the machine was slow \(20 % .*started anyway/);
  });

  it("all trials together wait no longer than the budget, and with none they never wait", async () => {
    const { watched } = await machine([{ memory: 2 }], 40);
    const waits = [];
    for (let trial = 0; trial < 6; trial++) waits.push((await watched.quiet("onnx", "b00")).waitedSeconds);
    expect(waits.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(42);
    const none = await machine([{ memory: 2 }], 0);
    expect(await none.watched.quiet("onnx", "b00")).toMatchObject({ waitedSeconds: 0 });
    expect(none.told).toEqual([]);
  });

  it("a service that keeps a part of the machine while it idles is held to what is usual beside itself", async () => {
    const { watched, told } = await machine([{ arithmetic: 200 }], 3);
    for (let trial = 0; trial < 4; trial++) await watched.quiet("spinning", "b00");
    told.length = 0;
    expect(await watched.quiet("spinning", "b01")).toMatchObject({ waitedSeconds: 0 });
    expect(told).toEqual([]);
  });

  it("Ctrl-C ends the wait at once", async () => {
    const stop = new AbortController();
    const { watched } = await machine([{ memory: 2 }], 600, stop.signal);
    const waiting = watched.quiet("onnx", "b00");
    setImmediate(() => stop.abort());
    await expect(waiting).rejects.toThrow();
  });
});

describe("the budget for waiting", () => {
  it("is a tenth of what the study is planned to take, and at least half a minute", () => {
    expect(plannedBudgetSeconds(studySpec.parse(quick))).toBeGreaterThan(100);
    expect(plannedBudgetSeconds(studySpec.parse(quick))).toBeLessThan(300);
    expect(plannedBudgetSeconds(studySpec.parse(smoke))).toBe(30);
  });

  it.each(["0", "-5", "soon", ""])("of %j minutes is refused before anything is begun", async (given) => {
    await expect(studyCommand.run(["smoke"], { awaitQuiet: given })).rejects.toMatchObject({
      kind: "badInput",
      problems: [{ path: "--await-quiet", got: given }],
    });
  });
});

it("the probe reads what every core can do, again and again, and ends", async () => {
  const probe = await openMachineProbe(2);
  for (let look = 0; look < 2; look++) {
    const { arithmetic, memory, wakeMs } = await probe.look();
    expect(arithmetic).toBeGreaterThan(1);
    expect(memory).toBeGreaterThan(0.01);
    expect(wakeMs).toBeGreaterThanOrEqual(0);
  }
  await probe.end();
});

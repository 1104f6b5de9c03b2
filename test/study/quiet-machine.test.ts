import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { studyCommand } from "../../study/commands/study.ts";
import { type QuietRequest, quietMachine, stolenWhenBusy } from "../../study/quiet-machine.ts";

const { signal } = new AbortController();

/** A machine from which this is stolen, look by look; the last for good. */
function shared(stolen: readonly (number | null)[], given: Partial<QuietRequest> = {}) {
  const told: string[] = [];
  let looks = 0;
  const request: QuietRequest = {
    ...{ before: "b00-steady", withinMs: 60_000, signal, betweenMs: 0 },
    progress: { say: (line) => told.push(`say ${line}`), live: (line) => told.push(`live ${line}`) },
    look: async () => stolen[Math.min(looks++, stolen.length - 1)]!,
    ...given,
  };
  return { request, told, looks: () => looks };
}

describe("before a trial on a shared machine", () => {
  it("a quiet one is not waited for: as much may be stolen as a trial may lose", async () => {
    const machine = shared([0.05]);
    expect(await quietMachine(machine.request)).toBe(0);
    expect(machine.told).toEqual([]);
  });

  it("it is looked at until it is quiet, and the reader is told what is waited for", async () => {
    const machine = shared([0.31, 0.051, 0.002]);
    expect(await quietMachine(machine.request)).toBeGreaterThan(0);
    expect(machine.looks()).toBe(3);
    expect(machine.told).toHaveLength(2);
    expect(machine.told[0]).toMatch(/^live b00-steady: others have 31 % of the processors' time: waiting/);
  });

  it("a trial whose time is up begins all the same, and that is said", async () => {
    const machine = shared([0.2], { withinMs: 0 });
    expect(await quietMachine(machine.request)).toBeGreaterThanOrEqual(0);
    expect(machine.looks()).toBe(1);
    expect(machine.told).toEqual([expect.stringMatching(/^say b00-steady: others have 20 %.*all the same/)]);
  });

  it("of one that does not tell, nothing is waited for", async () => {
    const machine = shared([null]);
    expect(await quietMachine(machine.request)).toBe(0);
    expect(machine.looks()).toBe(1);
  });

  it("Ctrl-C ends the wait at once", async () => {
    const stop = new AbortController();
    const machine = shared([0.2], { signal: stop.signal, betweenMs: 3_600_000, withinMs: 3_600_000 });
    const waiting = quietMachine(machine.request);
    setImmediate(() => stop.abort());
    await expect(waiting).rejects.toThrow();
  });
});

describe.skipIf(!existsSync("/proc/stat"))("a look at busy cores", () => {
  it("what is stolen from them is a share", async () => {
    const share = await stolenWhenBusy(signal, 100);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThan(1);
  });

  it("Ctrl-C lets them go at once: a look of an hour does not outlast it", async () => {
    const stop = new AbortController();
    const looking = stolenWhenBusy(stop.signal, 3_600_000);
    stop.abort();
    await looking;
  });
});

it.each(["0", "-5", "soon", ""])(
  "a wait of %j minutes is refused before anything is begun",
  async (given) => {
    await expect(studyCommand.run(["smoke"], { awaitQuiet: given })).rejects.toMatchObject({
      kind: "badInput",
      problems: [{ path: "--await-quiet", got: given }],
    });
  },
);

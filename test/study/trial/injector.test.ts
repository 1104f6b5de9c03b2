import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Disruption } from "../../../infra/disruptions/disruption.ts";
import { type Clock, type InjectionRequest, inject } from "../../../study/trial/injector.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { slotsOf } from "../../../workloads/spec/injections.ts";

const spec = { kind: "test", injections: 3, firstAfterSeconds: 5, everySeconds: 20, settings: {} };

describe("the injector", () => {
  it("begins each injection at its intended instant, and undoes it when it has lasted", async () => {
    const { log, request } = scene({ lasts: 4 });
    const records = await inject(request);
    expect(records.map(({ startedMs }) => startedMs)).toEqual(request.slots.map((slot) => slot.intendedMs));
    for (const { startedMs, undoneMs, error } of records) {
      expect(undoneMs! - startedMs!).toBeCloseTo(4_000, 6);
      expect(error).toBe("");
    }
    expect(log).toEqual(Array.from({ length: 3 }, () => ["note", "inject", "undo", "forget"]).flat());
  });

  it("writes down what it will touch before it touches it, and forgets it once that is undone", async () => {
    const { log, request } = scene({ injections: 1 });
    await inject(request);
    expect(log).toEqual(["note", "inject", "undo", "forget"]);
  });

  it("undoes what failed half way, and says that it failed", async () => {
    const { log, request } = scene({ injections: 1, failAt: "inject" });
    const [record] = await inject(request);
    expect(log).toEqual(["note", "inject", "undo", "forget"]);
    expect(record).toMatchObject({ injectedMs: null, error: "inject failed" });
  });

  it("keeps the note of what could not be undone", async () => {
    const { log, request } = scene({ injections: 1, failAt: "undo" });
    const [record] = await inject(request);
    expect(log).toEqual(["note", "inject", "undo"]);
    expect(record).toMatchObject({
      undoneMs: null,
      error: "the disruption could not be undone: undo failed",
    });
  });

  it("waits for the service to be steady, and then acts late", async () => {
    const { request } = scene({ injections: 1, everySeconds: 60, steadyAtMs: 12_000, phase: 0.1 });
    const [record] = await inject(request);
    expect(record!.intendedMs).toBeLessThan(12_000);
    expect(record!.startedMs).toBeGreaterThanOrEqual(12_000);
    expect(record!.startedMs).toBeLessThan(12_600);
    expect(record!.steadyBefore).toBe(true);
  });

  it("leaves out an injection that would leave less than half of its slot to recover", async () => {
    const { log, request } = scene({ injections: 2, steadyAtMs: 16_000 });
    const records = await inject(request);
    expect(records[0]).toMatchObject({ startedMs: null, steadyBefore: false });
    expect(records[0]!.error).toMatch(/not steady: two of three workers/);
    expect(records[1]!.startedMs).not.toBeNull();
    expect(log).toEqual(["note", "inject", "undo", "forget"]);
  });

  it("undoes at once what an interrupt finds under way, and begins nothing more", async () => {
    const abort = new AbortController();
    const { log, request } = scene({ lasts: 4, onInject: () => abort.abort() });
    const records = await inject({ ...request, signal: abort.signal });
    expect(log).toEqual(["note", "inject", "undo", "forget"]);
    expect(records[0]!.undoneMs).toBe(records[0]!.startedMs);
    expect(records.slice(1).map(({ startedMs }) => startedMs)).toEqual([null, null]);
  });

  it("refuses a service on a target that the disruption was not declared for", async () => {
    const { log, request } = scene({ injections: 1, target: "k3s" });
    const [record] = await inject(request);
    expect(record!.error).toBe("not made: the disruption does not support the target k3s");
    expect(log).toEqual([]);
  });
});

describe("the slots of a trial", () => {
  it("hold one injection each, in their first half, after the warm-up", () => {
    for (const seed of [1, 2, 3]) {
      const slots = slotsOf(spec, seed, 2);
      slots.forEach(({ intendedMs, latestMs, endMs }, index) => {
        expect(intendedMs).toBeGreaterThan(7_000 + index * 20_000);
        expect(intendedMs).toBeLessThan(17_000 + index * 20_000);
        expect(latestMs).toBe(17_000 + index * 20_000);
        expect(endMs).toBe(27_000 + index * 20_000);
      });
    }
  });

  it("have phases that are uniform over that half, and the same for the same seed", () => {
    const many = { ...spec, injections: 1_000, everySeconds: 20 };
    const phases = slotsOf(many, 7, 0).map(
      ({ intendedMs, index }) => (intendedMs - 5_000 - index * 20_000) / 10_000,
    );
    const mean = phases.reduce((sum, phase) => sum + phase, 0) / phases.length;
    // Of a uniform law: 1/2 with a standard error of 1/sqrt(12 n).
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12_000));
    expect(slotsOf(many, 7, 0)).toEqual(slotsOf(many, 7, 0));
    expect(slotsOf(many, 8, 0)[0]).not.toEqual(slotsOf(many, 7, 0)[0]);
  });
});

it("or over the phase that is asked for, and wait for a steady service until its end", () => {
  const short = { ...spec, injections: 1_000, phaseSeconds: 4 };
  const slots = slotsOf(short, 7, 0);
  const phases = slots.map(({ intendedMs, index }) => (intendedMs - 5_000 - index * 20_000) / 4_000);
  expect(Math.min(...phases)).toBeLessThan(0.01);
  expect(Math.max(...phases)).toBeGreaterThan(0.99);
  expect(phases.every((phase) => phase >= 0 && phase < 1)).toBe(true);
  expect(slots[0]).toMatchObject({ latestMs: 9_000, endMs: 25_000 });
});

interface Scene {
  readonly injections?: number;
  readonly everySeconds?: number;
  readonly lasts?: number;
  readonly failAt?: "inject" | "undo";
  readonly steadyAtMs?: number;
  /** Of the slot's first half, in place of a random one. */
  readonly phase?: number;
  readonly target?: "process" | "k3s";
  readonly onInject?: () => void;
}

function scene({ injections = 3, everySeconds = 20, lasts = 0, target = "process", ...rest }: Scene) {
  const log: string[] = [];
  const step = (name: "inject" | "undo") => {
    log.push(name);
    if (rest.failAt === name) throw new Error(`${name} failed`);
  };
  const disruption: Disruption = {
    description: "",
    undoing: "",
    settings: z.strictObject({}),
    subject: z.strictObject({ subject: z.string(), mechanism: z.string() }),
    on: { process: async () => ({ subject: "worker 1", mechanism: "word of mouth" }) },
    lastsSeconds: () => lasts,
    async inject() {
      step("inject");
      rest.onInject?.();
    },
    async undo() {
      step("undo");
      return true;
    },
  };
  const clock = manualClock();
  const slots = slotsOf({ ...spec, injections, everySeconds }, 1, 0).map((slot) =>
    rest.phase === undefined
      ? slot
      : { ...slot, intendedMs: slot.latestMs - (1 - rest.phase) * everySeconds * 500 },
  );
  const request: InjectionRequest = {
    name: "test",
    disruption,
    settings: {},
    slots,
    underTest: { service: { target, name: `${target}.x` } as InjectionRequest["underTest"]["service"] },
    route: null,
    random: randomStream(1, "subjects"),
    unsteady: async () => (clock.nowMs() < (rest.steadyAtMs ?? 0) ? "two of three workers" : ""),
    clock,
    note: () => {
      log.push("note");
      return () => log.push("forget");
    },
    signal: new AbortController().signal,
  };
  return { log, request };
}

/** Time passes only where somebody waits for it. */
function manualClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    async until(atMs, signal) {
      if (!signal.aborted) nowMs = Math.max(nowMs, atMs);
    },
  };
}

import { describe, expect, it } from "vitest";
import { queues } from "../../../../bench/coverage/queues.ts";
import { isBroken } from "../../../../bench/coverage/windows.ts";
import { queue } from "../../../../infra/known-answer/queue.ts";
import { randomStream } from "../../../../workloads/random/random.ts";
import { outcomes, type Sample } from "../../../../workloads/samples/sample.ts";
import { materialise } from "../../../../workloads/schedule/schedule.ts";
import { recoveryFrom, sample, timelineAt, valuesOf } from "../disrupted.ts";

/** Fifty requests a second, even, from 10 ms on; each answered after what `completed` says. */
function even(seconds: number, completed: (scheduledMs: number, seq: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: seconds * 50 }, (_, seq) => {
    const scheduledMs = 10 + seq * 20;
    return sample(seq, scheduledMs, completed(scheduledMs, seq));
  });
}

describe("a freeze of 6 s at a utilisation of 0.6, even arrivals and constant service of 12 ms", () => {
  // Frozen at 10,000 ms. The request scheduled at 10,010 + 20 k is served from 16,000 + 12 k on.
  const samples = even(60, (at) => {
    const k = (at - 10_010) / 20;
    const completedMs = k < 0 ? at + 12 : Math.max(at + 12, 16_012 + 12 * k);
    return { completedMs, firstByteMs: completedMs };
  });
  const recovery = recoveryFrom(samples, timelineAt([10_000]), { endMs: 60_000 });
  const values = valuesOf(recovery);

  it("is detected when the first request has waited for the SLO: 10 + 500 ms after it", () => {
    expect(values["time-to-detect"]).toBe(510);
  });

  it("gives its first answer after 6,012 ms", () => {
    expect(values["time-to-first-success"]).toBe(6012);
    // The last one before it came at 10,002.
    expect(values.downtime).toBe(6010);
  });

  it("is sustained with the first request answered within 500 ms: 6,002 - 8 k <= 500, so k = 688, after 13,770 ms", () => {
    expect(values["time-to-sustained"]).toBe(10 + 688 * 20);
    expect(values["late-requests"]).toBe(688);
    expect(values["goodput-deficit"]).toBe(688);
  });

  it("drains when no more than one is in flight: 9 s after the freeze, as d rho / (1 - rho) predicts", () => {
    expect(values["drain-time"]).toBeGreaterThan(8900);
    expect(values["drain-time"]).toBeLessThan(9000);
    expect(values["drain-predicted"]).toBeCloseTo(6010 * 1.5, 6);
  });

  it("loses nothing, and every request is accounted for", () => {
    const { account } = recovery.injections[0]!;
    // The one scheduled at 9,990 was under way, and was answered in time.
    expect(account).toMatchObject({ offered: 2501, ok: 1813, late: 688, failed: 0, lost: 0, unaccounted: 0 });
  });
});

describe("the known-answer server with a freeze of 6 s, Poisson arrivals", () => {
  it("drains in d rho / (1 - rho) on average: within 10 % over 20 runs", () => {
    let measured = 0;
    let predicted = 0;
    for (let run = 0; run < 20; run++) {
      const { offsetsMs } = materialise({
        arrival: { kind: "exponential" },
        ratePerSecond: 50,
        durationSeconds: 50,
        seed: run,
        payloadCount: 5,
      });
      const frozenMs = 10_000 + offsetsMs[0]!;
      const server = queue<number>({
        service: { kind: "constant", ms: 12 },
        servers: 1,
        freeze: { atMs: 10_000, forMs: 6000 },
      });
      offsetsMs.forEach((at, seq) => {
        server.arrive(seq, at);
      });
      const samples = server
        .completedBy(Number.POSITIVE_INFINITY)
        .map(({ item, atMs }) => sample(item, offsetsMs[item]!, { completedMs: atMs, firstByteMs: atMs }));
      const values = valuesOf(recoveryFrom(samples, timelineAt([frozenMs]), { endMs: 50_000 }));
      expect(values["time-to-first-success"]).toBeGreaterThan(6000);
      expect(values["time-to-first-success"]).toBeLessThan(6012.001);
      measured += values["drain-time"]!;
      predicted += values["drain-predicted"]!;
    }
    expect(measured / predicted).toBeGreaterThan(0.9);
    expect(measured / predicted).toBeLessThan(1.1);
  });
});

describe("a kill after which connections are refused for 2 s", () => {
  const samples = even(40, (at) =>
    at > 9995 && at < 10_000
      ? {}
      : at >= 10_000 && at < 12_000
        ? { outcome: "refused", status: 0, completedMs: at + 1, firstByteMs: Number.NaN, label: "" }
        : {},
  );
  // Under way at the injection: scheduled 20 ms before it, reset by it.
  samples[499] = sample(499, 9990, {
    outcome: "reset",
    status: 0,
    completedMs: 10_001,
    firstByteMs: Number.NaN,
  });
  const recovery = recoveryFrom(samples, timelineAt([10_000]), { endMs: 40_000 });

  it("answers for the request that was under way, and detects it by that one", () => {
    expect(valuesOf(recovery)).toMatchObject({
      "time-to-detect": 1,
      "lost-requests": 101,
      "late-requests": 0,
    });
    expect(recovery.injections[0]!.account).toMatchObject({ offered: 1501, ok: 1400, lost: 101 });
  });

  it("is back with the first request after 2 s, and leaves no backlog", () => {
    expect(valuesOf(recovery)).toMatchObject({
      "time-to-first-success": 2020,
      "time-to-sustained": 2010,
      "drain-time": 0,
      "goodput-deficit": 101,
    });
  });
});

describe("an arm that never comes back", () => {
  const samples = even(30, (at) => (at < 10_000 ? {} : { outcome: "refused", completedMs: at + 1 }));
  const recovery = recoveryFrom(samples, timelineAt([10_000, 25_000]), { endMs: 30_000 });

  it("is censored at the next injection, and that one is in no figure", () => {
    const [first, second] = recovery.injections;
    expect(first!.values["time-to-sustained"]).toEqual({ value: 15_000, censored: true, why: "" });
    expect(first!.values["time-to-first-success"]).toEqual({ value: 15_000, censored: true, why: "" });
    expect(first!.values["drain-time"]!.value).toBeNull();
    expect(second!.excluded).toBe("the service had not recovered from the injection before");
    expect(second!.values).toEqual({});
  });

  it("still accounts for the requests of the excluded one", () => {
    expect(recovery.injections[1]!.account).toMatchObject({ offered: 250, lost: 250 });
    expect(recovery.unaccounted).toBe(0);
  });
});

describe("a relapse after the level was sustained", () => {
  it("is said, and does not move the time", () => {
    const down = (at: number) => (at >= 10_000 && at < 11_000) || (at >= 20_000 && at < 21_000);
    const samples = even(40, (at) => (down(at) ? { outcome: "http", status: 503 } : {}));
    const [injection] = recoveryFrom(samples, timelineAt([10_000]), { endMs: 40_000 }).injections;
    expect(injection!.values["time-to-sustained"]!.value).toBe(1010);
    expect(injection!.values["failed-requests"]!.value).toBe(100);
    expect(injection!.brokenAgain).toBe(true);
  });

  it("within 5 s counts as not yet sustained", () => {
    const down = (at: number) => (at >= 10_000 && at < 11_000) || (at >= 14_000 && at < 15_000);
    const samples = even(40, (at) => (down(at) ? { outcome: "http", status: 503 } : {}));
    const [injection] = recoveryFrom(samples, timelineAt([10_000]), { endMs: 40_000 }).injections;
    expect(injection!.values["time-to-sustained"]!.value).toBe(5010);
  });
});

describe("answers", () => {
  it("recorded twice are duplicates, in no class twice", () => {
    const samples = even(30, () => ({}));
    const twice = [...samples, sample(600, 10 + 600 * 20, { completedMs: 12_500 })];
    const [injection] = recoveryFrom(twice, timelineAt([10_000]), {
      endMs: 30_000,
      scheduled: 1500,
    }).injections;
    expect(injection!.values["duplicate-answers"]!.value).toBe(1);
    expect(injection!.account).toMatchObject({ offered: 1001, ok: 1001, unaccounted: 0 });
  });

  it("with another label than the same text usually gets are wrong, whatever class they are in", () => {
    const samples = even(30, (_, seq) => (seq === 700 ? { label: "negative" } : {}));
    samples[701] = { ...samples[701]!, outcome: "wrong-answer" };
    const [injection] = recoveryFrom(samples, timelineAt([10_000]), { endMs: 30_000 }).injections;
    expect(injection!.values["wrong-answers"]!.value).toBe(2);
    expect(injection!.account).toMatchObject({ ok: 1000, failed: 1 });
  });
});

describe("the accounts", () => {
  it("hold offered = ok + late + failed + lost under random outcomes, window by window and over the trial", () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = randomStream(seed, "outcomes");
      const samples = even(20, (at) => {
        const outcome = outcomes[random.index(outcomes.length)]!;
        return { outcome, completedMs: at + random.uniform() * 2000 };
      });
      const starts = [3000, 9000, 14_000].map((at) => at + random.uniform() * 2000);
      const recovery = recoveryFrom(samples, timelineAt(starts), { endMs: 20_000 });
      const accounts = recovery.injections.map(({ account }) => account!);
      for (const { offered, ok, late, failed, lost } of accounts) {
        expect(ok + late + failed + lost).toBe(offered);
      }
      const before = samples.length - accounts.reduce((sum, { offered }) => sum + offered, 0);
      expect(before).toBeGreaterThan(100);
      expect(before).toBeLessThanOrEqual((3000 + 2000) / 20);
      expect(recovery.unaccounted).toBe(0);
    }
  });

  it("break where a request of the schedule has no sample", () => {
    const samples = even(30, () => ({})).filter(({ seq }) => seq !== 900 && seq !== 901);
    const recovery = recoveryFrom(samples, timelineAt([10_000]), { endMs: 30_000, scheduled: 1500 });
    expect(recovery.unaccounted).toBe(2);
  });
});

describe("the control", () => {
  it("is called broken in fewer than 3 of 100 injections, though 2 % of the requests are late before and after", () => {
    let broken = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = randomStream(seed, "control");
      const samples = even(30, (at) => ({ completedMs: at + (random.uniform() < 0.02 ? 600 : 10) }));
      const { value } = recoveryFrom(samples, timelineAt([12_000]), { endMs: 22_000 }).injections[0]!.values[
        "time-to-sustained"
      ]!;
      if (value !== 0) broken++;
    }
    expect(broken).toBeLessThan(3);
  });

  it("is called broken in no more than 2 of 100 windows where a queue makes the lateness, and an outage is seen beside it", () => {
    const mm1 = queues.find(({ name }) => name === "M/M/1")!;
    const runs = Array.from({ length: 150 }, (_, run) => run);
    expect(runs.filter((run) => isBroken(mm1, "middle", `test/${run}`).broken).length).toBeLessThanOrEqual(3);
    const outages = runs.map((run) => isBroken(mm1, "middle", `test/${run}`, 200));
    expect(outages.filter(({ broken }) => broken).length).toBeGreaterThanOrEqual(0.95 * runs.length);
  });
});

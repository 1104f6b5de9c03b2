import { describe, expect, it } from "vitest";
import { eventMedians } from "../../../analysis/recovery/cell-course.ts";
import { recoveryFrom, sample, timelineAt } from "./disrupted.ts";

const [injection] = recoveryFrom([sample(0, 0)], timelineAt([0]), { endMs: 1_000 }).injections;
const event = (kind: string, afterMs: number) => ({ source: "api", kind, subject: "pod a", afterMs });

describe("events that were seen", () => {
  it("have a median with an exact interval over the injections, each of the first of its kind", () => {
    const injections = Array.from({ length: 10 }, (_, index) => ({
      ...injection!,
      trial: `b0${index}-0-single-main-hang`,
      block: index,
      events: [event("pod-ready", 100 * (index + 1)), event("pod-ready", 5_000)],
    }));
    expect(eventMedians(injections, 0.05, "seed")).toEqual([
      {
        source: "api",
        kind: "pod-ready",
        n: 10,
        // x_(2) and x_(9): 1 - 2 (1 + 10) / 2^10.
        median: {
          ...{ value: 550, low: 200, high: 900, level: 1 - 22 / 1024, n: 10, trials: 10, censored: 0 },
          interval: "order statistics",
        },
        why: "",
      },
    ]);
  });

  it("have no median where fewer than four injections saw one", () => {
    const injections = [300, 100, 200].map((afterMs, block) => ({
      ...injection!,
      block,
      events: [event("restarted", afterMs), ...(block === 0 ? [event("pod-ready", 50)] : [])],
    }));
    expect(eventMedians(injections, 0.05, "seed")).toEqual([
      { source: "api", kind: "pod-ready", n: 1, median: null, why: "1 injection, 4 are needed" },
      { source: "api", kind: "restarted", n: 3, median: null, why: "3 injections, 4 are needed" },
    ]);
  });
});

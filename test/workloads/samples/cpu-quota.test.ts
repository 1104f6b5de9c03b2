import { describe, expect, it } from "vitest";
import { parseCpuStat, throttledShare, worstThrottledShare } from "../../../workloads/samples/cpu-quota.ts";

describe("a container's CPU quota", () => {
  it("is read from cpu.stat of either version of cgroups", () => {
    const two =
      "usage_usec 1\nuser_usec 1\nsystem_usec 0\nnr_periods 40\nnr_throttled 10\nthrottled_usec 5\n";
    const one = "nr_periods 40\nnr_throttled 10\nthrottled_time 5000\n";
    expect(parseCpuStat(two)).toEqual({ periods: 40, throttled: 10 });
    expect(parseCpuStat(one)).toEqual({ periods: 40, throttled: 10 });
    expect(parseCpuStat("usage_usec 1\n")).toBeNull();
  });

  it("was used up in a share of the periods between two readings", () => {
    expect(throttledShare({ periods: 40, throttled: 10 }, { periods: 140, throttled: 35 })).toBe(0.25);
    expect(throttledShare({ periods: 0, throttled: 0 }, { periods: 0, throttled: 0 })).toBe(0);
    expect(throttledShare(null, { periods: 1, throttled: 0 })).toBeNull();
  });

  it("of several containers is that of the worst, and unknown where one was replaced in between", () => {
    const start = { periods: 0, throttled: 0 };
    const ends = [
      { periods: 10, throttled: 1 },
      { periods: 10, throttled: 5 },
    ];
    expect(worstThrottledShare([start, start], ends)).toBe(0.5);
    expect(worstThrottledShare([start], ends)).toBeNull();
    expect(worstThrottledShare([], [])).toBeNull();
  });
});

import { expect, it } from "vitest";
import { parseCpuTimes, stealShare } from "../../../study/machine/cpu-steal.ts";

it("takes steal as the eighth column of /proc/stat and leaves guest time, which user holds already", () => {
  expect(parseCpuTimes("cpu  100 0 50 800 10 5 5 30 7 7\ncpu0 1 1 1 1")).toEqual({ total: 1000, steal: 30 });
});

it("is a share of all CPU time between two readings, and null where the kernel does not say", () => {
  expect(stealShare({ total: 1000, steal: 30 }, { total: 2000, steal: 80 })).toBe(0.05);
  expect(stealShare(parseCpuTimes(""), { total: 2000, steal: 80 })).toBeNull();
});

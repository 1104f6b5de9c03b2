import { describe, expect, it } from "vitest";
import { aiperfOf, latencyIn } from "../../../bench/generators/tools/aiperf.ts";

const tool = aiperfOf("python");
const run = { url: "http://127.0.0.1:1/classify", seconds: 6, directory: "", perSecond: 500, workers: 1 };

/** What follows the flag. */
const asked = (command: readonly string[] | undefined, flag: string) => command?.[command.indexOf(flag) + 1];

describe("AIPerf's command", () => {
  it("asks for even arrivals at the rate, for the time", () => {
    const { command } = tool.even(run);
    expect(asked(command, "--arrival-pattern")).toBe("constant");
    expect(asked(command, "--request-rate")).toBe("500");
    expect(asked(command, "--benchmark-duration")).toBe("6");
  });

  it("asks for a Poisson process at cv 1, and for the gamma's shape otherwise", () => {
    expect(asked(tool.law?.({ ...run, cv: 1 })?.command, "--arrival-pattern")).toBe("poisson");
    const gamma = tool.law?.({ ...run, cv: 4 })?.command;
    expect(asked(gamma, "--arrival-pattern")).toBe("gamma");
    expect(asked(gamma, "--arrival-smoothness")).toBe("0.0625");
  });

  it("brings every file that it names", () => {
    const { command, files } = tool.fastest(run);
    expect(files).toHaveProperty([asked(command, "--input-file") ?? ""]);
    expect(files).toHaveProperty(["tokenizer.json"]);
  });
});

describe("AIPerf's summary", () => {
  it("tells its latency in ms", () => {
    const summary = JSON.stringify({ request_latency: { unit: "ms", avg: 0.79, p50: 0.6, p99: 4.6 } });
    expect(latencyIn(summary)).toEqual({ p50Ms: 0.6, p99Ms: 4.6 });
  });

  it("tells none where no request was answered", () => {
    expect(latencyIn("{}")).toBeUndefined();
  });

  it("is refused in another unit", () => {
    expect(() => latencyIn('{"request_latency":{"unit":"us","p50":1,"p99":2}}')).toThrow("is in us");
  });
});

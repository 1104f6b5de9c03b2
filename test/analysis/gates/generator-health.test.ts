import { expect, it } from "vitest";
import { generatorHealth } from "../../../analysis/schema/results-folder.ts";
import type { GeneratorHealth } from "../../../workloads/samples/sample.ts";

it("everything that a generator says of itself can be kept with its trial", () => {
  const health: Required<GeneratorHealth> = {
    workers: 1,
    scheduled: 10,
    recorded: 10,
    latenessMs: { p50: 0.1, p99: 0.2, max: 0.3 },
    cpuCores: 0.2,
    wallSeconds: 5,
    throttledShare: null,
    nice: 0,
    priorityNote: "the runner may not raise it",
    nodes: ["server"],
    realTime: false,
    connectionsOpened: 3,
    servesOneConnection: true,
    partial: false,
  };
  expect(generatorHealth.parse(health)).toEqual(health);
});

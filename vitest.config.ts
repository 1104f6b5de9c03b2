import { defineConfig } from "vitest/config";

/** A tier that runs real parts: slow, and one file after the other. */
const live = (name: string, include: string | readonly string[], exclude: readonly string[] = []) => ({
  test: {
    name,
    include: [include].flat(),
    exclude: [...exclude],
    testTimeout: 900_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
  },
});

/** @param workers files at a time; projects of one order share it */
const hermetic = (
  name: string,
  groupOrder: number,
  workers: number,
  include: readonly string[],
  exclude: readonly string[] = [],
) => ({
  test: {
    name,
    include: [...include],
    exclude: ["test/live/**", "node_modules/**", ...exclude],
    testTimeout: 20_000,
    maxWorkers: workers,
    // Files share what a worker has imported, which is half of the time they take: a test puts back what it changes.
    isolate: false,
    sequence: { groupOrder },
  },
});

export default defineConfig({
  test: {
    globalSetup: "./test/scratch.ts",
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      hermetic("hermetic", 0, 2, ["test/**/*.test.ts"], ["test/**/*.timed.test.ts"]),
      // What measures instants has the machine to itself, after the rest.
      hermetic("hermetic-timed", 1, 1, ["test/**/*.timed.test.ts"]),
      live("live", "test/live/*.test.ts", [
        "test/live/report.test.ts",
        "test/live/k3s*.test.ts",
        "test/live/docker*.test.ts",
        "test/live/packets.test.ts",
      ]),
      live("browser", "test/live/report.test.ts"),
      // What only root may do on Linux.
      live(
        "k3s",
        ["test/live/packets.test.ts", "test/live/k3s*.test.ts"],
        ["test/live/k3s-failures.test.ts"],
      ),
      live("k3s-failures", "test/live/k3s-failures.test.ts"),
      live("docker", "test/live/docker*.test.ts"),
    ],
  },
});

import { defineConfig } from "vitest/config";

/** A tier that runs real parts: slow, and one file after the other. @param groupOrder tiers of a whole run come in this order */
const live = (
  name: string,
  groupOrder: number,
  include: readonly string[],
  exclude: readonly string[] = [],
) => ({
  test: {
    name,
    include: [...include],
    exclude: [...exclude],
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
    // A machine that stands still for seconds fails what is measured on it; the summary names what passed only then.
    retry: 1,
    sequence: { groupOrder },
  },
});

const hermetic = (
  name: string,
  groupOrder: number,
  include: readonly string[],
  { exclude = [], retry = 0 }: { readonly exclude?: readonly string[]; readonly retry?: number } = {},
) => ({
  test: {
    name,
    include: [...include],
    exclude: ["test/live/**", "node_modules/**", ...exclude],
    // Against a test that never ends; a machine at a tenth of its speed must not run into it.
    testTimeout: 120_000,
    maxWorkers: 2,
    retry,
    // Files share what a worker has imported, which is half of the time they take: a test puts back what it changes.
    isolate: false,
    sequence: { groupOrder },
  },
});

const browser = "test/live/report.test.ts";
/** What only root may do on Linux. */
const k3s = ["test/live/packets.test.ts", "test/live/k3s*.test.ts"];
const docker = "test/live/docker*.test.ts";
/** Of `npm test`: one stack by the engine, and studies of seconds. */
const smoke = ["stack", "policy", "open-ports", "batching", "sentiment"].map(
  (name) => `test/live/${name}.test.ts`,
);
/** They run the command many times, and allow each a few seconds. */
const cases = "test/cases.test.ts";

export default defineConfig({
  test: {
    globalSetup: "./test/scratch.ts",
    // What a test prints is shown where it fails (all of it: --silent=false): a run's end must not drown.
    silent: "passed-only",
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      hermetic("hermetic", 0, ["test/**/*.test.ts"], { exclude: ["test/**/*.timed.test.ts", cases] }),
      // What measures instants waits for most of its time: after the rest, two files at a time. Tried twice, as live tests are.
      hermetic("hermetic-timed", 1, ["test/**/*.timed.test.ts"], { retry: 1 }),
      live("smoke", 2, smoke),
      live("cases", 3, [cases]),
      live("live", 4, ["test/live/*.test.ts"], [browser, ...smoke, ...k3s, docker]),
      live("browser", 5, [browser]),
      live("k3s", 6, k3s),
      live("docker", 7, [docker]),
    ],
  },
});

import { defineConfig } from "vitest/config";

/** A tier that runs real parts: slow, and one file after the other. */
const live = (name: string, include: string, exclude: readonly string[] = []) => ({
  test: {
    name,
    include: [include],
    exclude: [...exclude],
    testTimeout: 900_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
  },
});

export default defineConfig({
  test: {
    globalSetup: "./test/scratch.ts",
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      {
        test: {
          name: "hermetic",
          include: ["test/**/*.test.ts"],
          exclude: ["test/live/**", "node_modules/**"],
          testTimeout: 20_000,
        },
      },
      live("live", "test/live/*.test.ts", [
        "test/live/report.test.ts",
        "test/live/k3s*.test.ts",
        "test/live/docker*.test.ts",
      ]),
      live("browser", "test/live/report.test.ts"),
      live("k3s", "test/live/k3s*.test.ts", ["test/live/k3s-failures.test.ts"]),
      live("k3s-failures", "test/live/k3s-failures.test.ts"),
      live("docker", "test/live/docker*.test.ts"),
    ],
  },
});

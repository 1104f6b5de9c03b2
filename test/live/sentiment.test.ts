/** The Python parts that decide what runs with what, on the locked environment: `python -m unittest` in sentiment/. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";
import { sentimentParts } from "../../infra/services/sentiment/parts.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import { serviceFolder } from "../../infra/workspace/paths.ts";

const folder = fileURLToPath(new URL("./sentiment/", import.meta.url));

it.each(["test_runs", "test_batch_queue", "test_settings", "test_export", "test_direct"])(
  "the service's %s pass",
  async (name) => {
    const { python } = await provideToolchain({ progress: () => {}, python: sentimentParts.python });
    const { exitCode, stderr } = await execa(python, ["-m", "unittest", "-v", name], {
      cwd: folder,
      env: { PYTHONPATH: serviceFolder, PYTHONDONTWRITEBYTECODE: "1" },
      reject: false,
    });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/Ran [1-9]\d* tests?/);
  },
);

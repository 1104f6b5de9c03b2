import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { basePython } from "../../../infra/toolchain/python.ts";

it("a Python that does not answer in time is called slow, and not absent", async () => {
  const folder = await mkdtemp(join(tmpdir(), "python-"));
  await writeFile(join(folder, "python3"), "#!/bin/sh\nexec /bin/sleep 20\n");
  await chmod(join(folder, "python3"), 0o755);
  vi.stubEnv("PATH", folder);
  vi.stubEnv("TESTBED_PYTHON_BASE", "");
  const found = basePython(100).finally(() => vi.unstubAllEnvs());
  await expect(found).rejects.toMatchObject({
    kind: "missingPart",
    problems: [{ path: "PATH", got: "python3 is so slow that it did not answer within 0.1 s" }],
  });
});

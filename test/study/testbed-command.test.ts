/** The command as npx finds it. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";

const command = fileURLToPath(new URL("../../study/testbed.js", import.meta.url));
const scenarios = fileURLToPath(new URL("../../workloads/scenarios/index.ts", import.meta.url));

it("takes a study file from anywhere, one that imports the testbed's scenarios as well", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "elsewhere-")), "mine.ts");
  const study = `import { scenarios } from "${scenarios}";
    export default { name: "mine", description: "", baseline: "onnx", variants: ["onnx-int8"],
      scenarios: [scenarios.steady], blocks: 8, slo: { responseMs: 200 } };`;
  await writeFile(file, study);
  const { stdout } = await execa(command, ["plan", file, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ study: "mine", deployments: 24 });
});

it("says that the current folder was removed, in one error", async () => {
  const gone = join(await mkdtemp(join(tmpdir(), "removed-")), "gone");
  const script = 'mkdir "$1"; cd "$1"; rmdir "$1"; exec node "$2" list';
  const { exitCode, stderr } = await execa("sh", ["-c", script, "sh", gone, command], { reject: false });
  expect(stderr).toMatch(/^error: the current folder cannot be used\n.*one that was removed\nhint: /);
  expect(exitCode).toBe(2);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { restoreTemporary } from "../../../infra/engine/user-temporary.js";
import { removeEngineFolders } from "../../../infra/host/engine-temporary.ts";
import { startTimeOf } from "../../../infra/host/process.ts";

it.runIf(process.platform === "linux")(
  "the folder of engines goes once who started them is gone and no process uses it any more; a living starter's stays",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "engines-"));
    const living = `${process.pid}-${startTimeOf(process.pid)}`;
    // Of a pid that is another process by now.
    const [gone, used] = [`${process.pid}-1`, `${process.pid}-2`];
    for (const name of [living, gone, used])
      mkdirSync(join(folder, name, "pulumi-node-pipes1"), { recursive: true });
    const engine = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: { ...process.env, TMPDIR: join(folder, used) },
    });
    await once(engine, "spawn");
    await expect.poll(() => removeEngineFolders(folder)).toEqual([join(folder, gone)]);
    expect(readdirSync(folder).sort()).toEqual([living, used].sort());
    engine.kill("SIGKILL");
    await once(engine, "exit");
    await expect.poll(() => removeEngineFolders(folder)).toEqual([join(folder, used)]);
    expect(existsSync(join(folder, living))).toBe(true);
  },
);

it.each([
  [{ TMPDIR: "/engine's", TESTBED_TMPDIR: "/user's" }, "/user's"],
  [{ TMPDIR: "/engine's", TESTBED_TMPDIR: "" }, undefined],
  [{ TMPDIR: "/user's" }, "/user's"],
])("what an engine starts has the temporary folder of the user: %j", (environment, expected) => {
  restoreTemporary(environment);
  expect((environment as NodeJS.ProcessEnv).TMPDIR).toBe(expected);
});

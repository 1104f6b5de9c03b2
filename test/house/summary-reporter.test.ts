/** The last lines of a run of the tests, by a real run of a few tests that pass, fail, are skipped and are tried twice. */
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { packageRoot } from "../../infra/workspace/paths.ts";

it("names what was skipped, tried twice and failed, with the first error of each, and counts them last", async () => {
  const folder = mkdtempSync(join(tmpdir(), "summary-"));
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "some.test.js"),
    `import { describe, expect, it, beforeAll } from "vitest";
    let tries = 0;
    it("passes", () => console.log("chatter of a test that passes"));
    it("passes in the end", { retry: 1 }, () => expect(++tries).toBe(2));
    it("fails", () => { console.log("what it saw"); throw new Error("of\\n  two lines"); });
    it.skip("waits", () => {});
    describe("in a broken room", () => {
      beforeAll(() => { throw new Error("no room"); });
      it("is not run", () => {});
    });`,
  );
  writeFileSync(
    join(folder, "left.test.js"),
    `import { it } from "vitest"; it.skip("one", () => {}); it.skip("two", () => {});`,
  );
  const { stdout, exitCode } = await execa(
    process.execPath,
    [
      join(packageRoot, "node_modules/vitest/vitest.mjs"),
      "run",
      ...["--silent=passed-only", "--reporter=default"],
      `--reporter=${join(packageRoot, "test/summary-reporter.ts")}`,
    ],
    { cwd: folder, reject: false },
  );
  expect(exitCode).toBe(1);
  const lines = stdout.trimEnd().split("\n");
  const first = lines.findIndex((line) => line.startsWith("skipped: "));
  expect(lines.slice(first).sort()).toEqual(
    [
      "skipped: all 2 of left.test.js",
      "skipped: waits",
      "skipped: in a broken room > is not run",
      "passed on its second try: some.test.js > passes in the end",
      "    AssertionError: expected 1 to be 2 // Object.is equality (some.test.js:4)",
      "failed: some.test.js > fails",
      "    Error: of two lines (some.test.js:5)",
      "failed: some.test.js > in a broken room",
      "    Error: no room (some.test.js:8)",
      "2 passed, 2 failed, 4 skipped",
    ].sort(),
  );
  expect(lines.at(-1)).toBe("2 passed, 2 failed, 4 skipped");
  expect(stdout).toContain("what it saw");
  expect(stdout).not.toContain("chatter");
});

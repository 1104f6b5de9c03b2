/** `.ci/run` with an npm of our own in place of npm: which stages it runs, what it says of them, and how it ends. */
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { packageRoot } from "../../infra/workspace/paths.ts";

/** @param scripts what each `npm run` does; one that is left out passes 2 tests and skips 1 */
async function ciRun(scripts: Readonly<Record<string, string>>) {
  const bin = mkdtempSync(join(tmpdir(), "ci-run-"));
  const command = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const cases = Object.entries(scripts).map(([name, does]) => `${name}) ${does} ;;`);
  command(
    "npm",
    [
      'script=$3; echo "$script" >> "$0.asked"; case "$script" in',
      ...cases,
      "test:set-up) echo made ;;",
      "test|test:*) echo; echo '2 passed, 0 failed, 1 skipped' ;; esac",
    ].join("\n"),
  );
  // Not root: nothing is installed.
  command("id", "echo 1000");
  const { exitCode, stdout } = await execa(join(packageRoot, ".ci/run"), {
    reject: false,
    env: { PATH: [bin, process.env.PATH].join(delimiter) },
  });
  const asked = readFileSync(join(bin, "npm.asked"), "utf8").trim().split("\n");
  return { exitCode, lines: stdout.trimEnd().split("\n"), asked };
}

it("runs every tier, tells each stage's seconds, and ends with the sum of their tests", async () => {
  const { exitCode, lines, asked } = await ciRun({});
  expect(exitCode).toBe(0);
  expect([...asked].sort()).toEqual(
    [
      ...["dependencies:check", "lint", "test:set-up"],
      ...["test", "test:cases", "test:live", "test:browser", "test:k3s", "test:docker"],
    ].sort(),
  );
  expect(lines.filter((line) => /^ +\d+ s {2}ok {6}/.test(line))).toHaveLength(9);
  expect(lines.at(-1)).toBe("12 passed, 0 failed, 6 skipped");
});

it("goes on after a stage that failed, says how to see it alone, and fails at the end", async () => {
  const { exitCode, lines, asked } = await ciRun({
    lint: "exit 1",
    test: "echo '3 passed, 2 failed, 0 skipped'; exit 1",
  });
  expect(exitCode).toBe(1);
  expect(asked).toContain("test:docker");
  expect(lines).toContainEqual(
    expect.stringMatching(/^== npm test: FAILED .* alone: npm run --silent test$/),
  );
  expect(lines.at(-1)).toBe("13 passed, 3 failed, 5 skipped");
});

it("ends with the names of the tests that failed or had to be tried twice, each with its error, after the table", async () => {
  const tier = [
    "failed: test/live/one.test.ts > says this",
    "    AssertionError: expected 1 to be 2 (test/live/one.test.ts:7)",
    "passed on its second try: test/live/two.test.ts > is quick",
    "    Error: Test timed out",
  ];
  const log = [...tier, ...Array(3000).fill("noise"), "3 passed, 1 failed, 0 skipped"].join("\\n");
  const { lines } = await ciRun({
    lint: "echo 'x.ts(3,1): error TS2304'; exit 2",
    test: `printf '${log}\\n'; exit 1`,
    "test:k3s": `printf '${tier.slice(2).join("\\n")}\\n2 passed, 0 failed, 0 skipped\\n'`,
  });
  const after = lines.slice(lines.indexOf("== stages"));
  expect(after.slice(after.indexOf("== passed on the second try"))).toEqual([
    "== passed on the second try",
    "-- npm test",
    ...tier.slice(2),
    "-- k3s",
    ...tier.slice(2),
    "== failed",
    "-- lint and types",
    "x.ts(3,1): error TS2304",
    "-- npm test",
    ...tier.slice(0, 2),
    "13 passed, 2 failed, 4 skipped",
  ]);
});

it("fails where a tier ends without a word of its tests, and where one's own count hides that it failed", async () => {
  const { exitCode, lines } = await ciRun({
    "test:k3s": "exit 137",
    "test:docker": "echo '2 passed, 0 failed, 1 skipped'; exit 1",
  });
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toBe("10 passed, 2 failed, 5 skipped");
});

it("does not begin where the packages could not be had", async () => {
  const { exitCode, lines, asked } = await ciRun({ "dependencies:check": "exit 1" });
  expect(exitCode).toBe(1);
  expect(asked).toEqual(["dependencies:check"]);
  expect(lines.at(-1)).toBe("0 passed, 1 failed, 0 skipped");
});

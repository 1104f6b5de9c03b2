/**
 * Small inputs on which other tools of this kind, and once this one, were wrong: each case is a script that exits with 0 where
 * the checkout does right. They lie beside the checkout, so that they can be tried on any version of it.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";

const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const folder = [
  join(checkout, "..", "shared", "cases", "reports"),
  join(checkout, "..", "..", "shared", "cases", "reports"),
].find((place) => existsSync(place));
const cases =
  folder === undefined ? [] : readdirSync(folder).filter((name) => existsSync(join(folder, name, "run.sh")));
/** They become another user first. */
const needRoot = ["home-unwritable", "results-read-only"];
const isRoot = process.getuid?.() === 0;

/** They allow a few seconds for all that they do: nothing else of this file runs beside them. */
const impatient = ["chunk-negative", "not-http", "out-fifo"];

async function tryCase(name: string): Promise<void> {
  const { stdout, exitCode } = await execa("bash", [join(folder!, name, "run.sh"), checkout], {
    reject: false,
    env: { TESTBED_WORKSPACE: "", NODE_OPTIONS: "" },
    stderr: "ignore",
    timeout: 230_000,
  });
  expect(exitCode === 0 ? "RIGHT" : stdout.split("\n").at(-1)).toBe("RIGHT");
}

const describeCases = (how: typeof describe, names: readonly string[]) =>
  how("cases of public reports", { timeout: 240_000 }, () => {
    for (const name of names) {
      it.skipIf(needRoot.includes(name) && !isRoot)(name, () => tryCase(name));
    }
  });

if (folder === undefined) {
  it.skip("cases of public reports: shared/cases/reports is not beside this checkout", () => {});
} else {
  describeCases(
    describe,
    cases.filter((name) => impatient.includes(name)),
  );
  // Most of their time they wait for a load of a few seconds.
  describeCases(
    describe.concurrent as typeof describe,
    cases.filter((name) => !impatient.includes(name)),
  );
}

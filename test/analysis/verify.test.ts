import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { analyse } from "../../analysis/analyse.ts";
import { writeReports } from "../../analysis/reports/formats/index.ts";
import { verify } from "../../analysis/verify.ts";
import { writeResults } from "../../bench/results-folder.ts";
import { differences } from "../../files/json-differences.ts";
import { evenStudy, evenTrial, freshDirectory } from "./study.ts";

const study = { ...evenStudy, blocks: 2, aa: false, underpowered: "warn" as const };

async function reported(): Promise<{ folder: string; trial: string }> {
  const folder = await freshDirectory();
  const plan = await writeResults(folder, study, (trial) =>
    evenTrial(trial, trial.variant === "quick" ? 20 : 40),
  );
  await writeReports(folder, await analyse(folder));
  return { folder, trial: plan.trials[0]!.id };
}

describe("verification", () => {
  let folder: string;
  let trial: string;
  beforeAll(async () => {
    ({ folder, trial } = await reported());
  });

  it("passes a folder as it was written, having looked at every figure", async () => {
    const checks = await verify(folder);
    expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(checks).toHaveLength(5);
    expect(checks[2]!.count).toBe(4);
    expect(checks[3]!.count).toBeGreaterThan(200);
  });

  const damages: [string, () => string, (text: string) => string | undefined, RegExp][] = [
    [
      "one figure of the analysis",
      () => "analysis.json",
      (text) => text.replace(/"offered": 16/, '"offered": 17'),
      /^analysis\.json#\/trials\/\d+\/counts\/offered: 16 not 17$/,
    ],
    ["a figure in the report", () => "report.md", (text) => text.replace(/ms/, "m5"), /^report\.md: /],
    [
      "a missing trial",
      () => `trials/${trial}/trial.json`,
      () => undefined,
      /^trials\/.*\/trial\.json: a file not nothing$/,
    ],
    ["a missing report", () => "report.html", () => undefined, /^report\.html: a file not nothing$/],
    [
      "the record of a schedule",
      () => `trials/${trial}/trial.json`,
      (text) => text.replace(/"scheduleDigest": "sha256:..../, '"scheduleDigest": "sha256:0000'),
      /trial\.json: scheduleDigest: /,
    ],
    [
      "the samples",
      () => `trials/${trial}/samples.parquet`,
      (text) => `${text}x`,
      /samples\.parquet: sha256:[0-9a-f]+ not sha256:/,
    ],
  ];
  it("tells a sentence of another version from a figure: figures match, and the reports may be worded differently too", async () => {
    const path = join(folder, "analysis.json");
    const before = await readFile(path, "utf8");
    await writeFile(path, before.replace(/"sentence": "[^"]*"/, '"sentence": "as it was worded before"'));
    try {
      const checks = await verify(folder);
      const failing = checks.filter(({ problems }) => problems.length > 0);
      expect(failing.map(({ what, ofWords }) => [what, ofWords])).toEqual([
        ["analysis.json: sentences", true],
      ]);
      expect(failing[0]!.problems[0]!.path).toMatch(/^analysis\.json#\/.*\/sentence$/);
      expect(checks.find(({ what }) => what.startsWith("reports"))!.ofWords).toBe(true);
    } finally {
      await writeFile(path, before);
    }
  });

  for (const [what, file, damage, message] of damages) {
    it(`fails on ${what}, and names it`, async () => {
      const path = join(folder, file());
      const before = await readFile(path);
      const damaged = damage(before.toString("latin1"));
      if (damaged === undefined) await rm(path);
      else await writeFile(path, damaged, "latin1");
      try {
        const problems = (await verify(folder)).flatMap((check) => check.problems);
        expect(problems).toHaveLength(1);
        const [{ path: where, expected, got }] = problems as [(typeof problems)[number]];
        expect(`${where}: ${expected} not ${got}`).toMatch(message);
      } finally {
        await writeFile(path, before);
      }
    });
  }
});

describe("differences", () => {
  it("are named by pointer, beyond the last digits of a number", () => {
    expect(differences({ a: [1, { "b/c": 2 }] }, { a: [1, { "b/c": 3 }] })).toEqual([
      { path: "/a/1/b~1c", expected: "2", got: "3" },
    ]);
    expect(differences({ a: 1 }, { a: 1 + 1e-12 })).toEqual([]);
    expect(differences({ a: 1 }, { b: 1 }).map(({ path }) => path)).toEqual(["/a", "/b"]);
    expect(differences([1], { 0: 1 })).toHaveLength(1);
    expect(differences(null, 0)).toHaveLength(1);
  });
});

/** Results come from strangers too: whatever they say, nothing outside their folder is touched, and no error is a bug. */
import { cp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { planDigest } from "../../../analysis/plan/plan-digest.ts";
import { writeReports } from "../../../analysis/reports/formats/index.ts";
import { type PlanFile, planFile } from "../../../analysis/schema/results-folder.ts";
import { verify } from "../../../analysis/verify.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import { TestbedError } from "../../../errors/errors.ts";
import { openStore } from "../../../study/store/store.ts";
import { evenStudy, evenTrial, freshDirectory } from "../study.ts";

const study = { ...evenStudy, blocks: 2, aa: false, underpowered: "warn" as const };
let honest: string;
let plan: PlanFile;
beforeAll(async () => {
  honest = await freshDirectory();
  plan = await writeResults(honest, study, (trial) => evenTrial(trial, 40));
});

type Json = Record<string, unknown>;

async function altered(change: (plan: PlanFile & Json) => unknown): Promise<string> {
  const folder = join(await freshDirectory(), "run");
  await cp(honest, folder, { recursive: true });
  const copy = structuredClone(plan) as PlanFile & Json;
  change(copy);
  const digest = planDigest(copy.study, copy.trials);
  await writeFile(join(folder, "plan.json"), JSON.stringify({ ...copy, digest }));
  // Whoever alters a plan can write its digest everywhere.
  for (const file of [
    "manifest.json",
    ...(await readdir(join(folder, "trials"))).map((id) => `trials/${id}/trial.json`),
  ]) {
    const value = JSON.parse(await readFile(join(folder, file), "utf8")) as Json;
    await writeFile(join(folder, file), JSON.stringify({ ...value, planDigest: digest }));
  }
  return folder;
}

describe("a plan from a stranger", () => {
  it.each<[string, (plan: PlanFile & Json) => unknown, RegExp]>([
    [
      "a trial whose id climbs out",
      ({ trials }) => Object.assign(trials[0]!, { id: "../../../secret" }),
      /trials\[0\]\.id/,
    ],
    ["a trial that is listed twice", ({ trials }) => (trials as unknown[]).push(trials[0]), /each id once/],
    [
      "two trials of one cell",
      ({ trials }) => (trials as unknown[]).push({ ...trials[0], id: "b00-9-slow-main-steady" }),
      /each cell once/,
    ],
    [
      "a scenario that the study has not",
      ({ trials }) => Object.assign(trials[1]!, { scenario: "constructor" }),
      /trials\[1\]\.scenario/,
    ],
    [
      "a variant that the study has not",
      ({ trials }) => Object.assign(trials[1]!, { variant: "__proto__" }),
      /trials\[1\]\.variant/,
    ],
    [
      "a block beyond the study's",
      ({ trials }) => Object.assign(trials[1]!, { block: 2 ** 40 }),
      /trials\[1\]\.block/,
    ],
  ])("with %s is refused by all who read it", async (_, change, message) => {
    const folder = await altered(change);
    for (const read of [() => analyse(folder), () => openStore(folder).readPlan()]) {
      const error = await read().then(
        () => undefined,
        (thrown: unknown) => thrown as TestbedError,
      );
      expect(error).toBeInstanceOf(TestbedError);
      const told = error!.problems.map(({ path, expected }) => `${path}: ${expected}`).join("\n");
      expect(told).toMatch(message);
    }
    expect((await verify(folder)).flatMap(({ problems }) => problems)).not.toEqual([]);
    await expect(openStore(folder).clearTrial("../../secret")).rejects.toBeInstanceOf(TestbedError);
  });

  it("whose digest no longer fits is refused before a trial is run by it", async () => {
    const folder = await altered(() => {});
    const stored = JSON.parse(await readFile(join(folder, "plan.json"), "utf8")) as PlanFile;
    await writeFile(
      join(folder, "plan.json"),
      JSON.stringify({ ...stored, study: { ...stored.study, warmupSeconds: 2 } }),
    );
    await expect(openStore(folder).readPlan()).rejects.toMatchObject({
      problems: [{ path: "plan.json: digest" }],
    });
  });

  it("with planted links is refused, and nothing is written through them", async () => {
    const folder = await altered(() => {});
    const secret = join(dirname(folder), "secret");
    await writeFile(secret, "not yours");
    await symlink(secret, join(folder, "report.html"));
    const analysis = await analyse(folder);
    await expect(writeReports(folder, analysis)).rejects.toMatchObject({
      problems: [{ path: "report.html" }],
    });
    expect(await readFile(secret, "utf8")).toBe("not yours");
  });
});

describe("any value in any place of a results folder", () => {
  const hostile = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      "",
      "../../x",
      "__proto__",
      "constructor",
      -1,
      0,
      1e308,
      2 ** 53,
      1e-320,
      [],
      {},
      true,
    ),
    fc.constantFrom<unknown>(
      "\u001b[2J",
      "<script>alert(1)</script>",
      "a".repeat(5000),
      JSON.parse('{"__proto__": 1}'),
    ),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );

  it("gives an analysis or one error of the family, never a bug", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("plan", "manifest", "trial"),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        hostile,
        async (file, where, value) => {
          const folder = await altered((copy) => {
            if (file !== "plan") return;
            replaceAt(copy, where, value);
          });
          if (file !== "plan") {
            const path = join(
              folder,
              file === "manifest" ? "manifest.json" : `trials/${plan.trials[0]!.id}/trial.json`,
            );
            const content = JSON.parse(await readFile(path, "utf8")) as Json;
            replaceAt(content, where, value);
            await writeFile(path, JSON.stringify(content));
          }
          await analyse(folder)
            .then((analysis) => writeReports(folder, analysis))
            .catch((error: unknown) => {
              if (!(error instanceof TestbedError)) throw error;
            });
        },
      ),
      { seed: 28, numRuns: Number(process.env.TESTBED_FUZZ_RUNS ?? 40) },
    );
  }, 60_000);

  it("a schema that refuses a plan does so within its depth, however deep the file is", async () => {
    const folder = await altered(() => {});
    await writeFile(join(folder, "plan.json"), `{"study": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
    await expect(analyse(folder)).rejects.toMatchObject({ kind: "invalidResults" });
    expect(planFile.safeParse({}).success).toBe(false);
  });
});

/** @param where share of all places in the value, in reading order */
function replaceAt(root: object, where: number, value: unknown): void {
  const places: [Json, string][] = [];
  const visit = (inner: unknown) => {
    if (inner === null || typeof inner !== "object") return;
    for (const key of Object.keys(inner)) {
      places.push([inner as Json, key]);
      visit((inner as Json)[key]);
    }
  };
  visit(root);
  const [holder, key] = places[Math.floor(where * places.length)]!;
  holder[key] = value;
}

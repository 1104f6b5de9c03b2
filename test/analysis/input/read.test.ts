import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import type { PlanFile } from "../../../analysis/schema/results-folder.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import { canonical } from "../../../files/canonical-json.ts";
import { evenStudy, evenTrial, freshDirectory } from "../study.ts";

const study = { ...evenStudy, blocks: 1, aa: false, underpowered: "warn" as const };

describe("a results folder that is not whole", () => {
  const cases: [string, (folder: string, plan: PlanFile) => Promise<unknown>, RegExp][] = [
    ["without a plan", (folder) => rm(join(folder, "plan.json")), /plan\.json is missing/],
    [
      "with a truncated manifest",
      (folder) => writeFile(join(folder, "manifest.json"), '{"schemaVersion": 1, "pl'),
      /manifest\.json .* is not JSON, perhaps truncated/,
    ],
    [
      "from a newer testbed",
      (folder) => edit(join(folder, "plan.json"), (plan) => ({ ...plan, schemaVersion: 2 })),
      /plan\.json .* is from a newer testbed/,
    ],
    [
      "whose plan was changed after the run",
      (folder) =>
        edit(join(folder, "plan.json"), (plan) => ({ ...plan, digest: `sha256:${"0".repeat(64)}` })),
      /plan\.json: digest/,
    ],
    [
      "with a trial of another run",
      (folder, plan) =>
        edit(trialPath(folder, plan), (trial) => ({ ...trial, planDigest: `sha256:${"0".repeat(64)}` })),
      /trial\.json: .*a file of plan/,
    ],
    [
      "with a folder that no plan knows",
      (folder, plan) =>
        rename(join(folder, "trials", plan.trials[0]!.id), join(folder, "trials", "b99-foreign")),
      /trials\/b99-foreign: .*a trial of the plan/,
    ],
    [
      "with samples cut short",
      async (folder, plan) => {
        const path = join(folder, "trials", plan.trials[0]!.id, "samples.parquet");
        await writeFile(path, (await readFile(path)).subarray(0, 500));
      },
      /samples\.parquet .* is not the file that was recorded/,
    ],
    [
      "without the samples of a finished trial",
      (folder, plan) => rm(join(folder, "trials", plan.trials[0]!.id, "samples.parquet")),
      /samples\.parquet is missing/,
    ],
    [
      "with a trial record of another shape",
      (folder, plan) => edit(trialPath(folder, plan), (trial) => ({ ...trial, surprise: 1 })),
      /trial\.json: surprise: .*no such key/,
    ],
  ];

  for (const [what, spoil, message] of cases) {
    it(`${what} is refused, and named`, async () => {
      const folder = await freshDirectory();
      const plan = await writeResults(folder, study, (trial) => evenTrial(trial, 40));
      await spoil(folder, plan);
      const error = await analyse(folder).then(
        () => undefined,
        (thrown: unknown) =>
          thrown as { kind: string; message: string; problems: { path: string; expected: string }[] },
      );
      expect(error?.kind).toBe("invalidResults");
      const told = [error!.message, ...error!.problems.map(({ path, expected }) => `${path}: ${expected}`)];
      expect(told.join("\n")).toMatch(message);
    });
  }

  it("is told all that is wrong at once", async () => {
    const folder = await freshDirectory();
    const plan = await writeResults(folder, study, (trial) => evenTrial(trial, 40));
    for (const { id } of plan.trials) {
      await edit(join(folder, "trials", id, "trial.json"), (trial) => ({ ...trial, id: "other" }));
    }
    await expect(analyse(folder)).rejects.toMatchObject({ problems: [{ got: "other" }, { got: "other" }] });
  });
});

it("the order of rows in a samples file does not matter", async () => {
  const [ordered, shuffled] = [await freshDirectory(), await freshDirectory()];
  await writeResults(ordered, study, (trial) => evenTrial(trial, 40));
  await writeResults(shuffled, study, (trial) => {
    const { schedule, samples } = evenTrial(trial, 40);
    return { schedule, samples: [...samples.slice(7), ...samples.slice(0, 7)] };
  });
  expect(canonical(await analyse(shuffled))).toBe(canonical(await analyse(ordered)));
});

function trialPath(folder: string, plan: PlanFile): string {
  return join(folder, "trials", plan.trials[0]!.id, "trial.json");
}

async function edit(path: string, change: (value: Record<string, unknown>) => unknown): Promise<void> {
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, "utf8")))));
}

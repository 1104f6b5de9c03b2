/** The workflows of .github against what they name: their form, the npm scripts and files that they run, and that all is run on a schedule. */
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../../infra/workspace/paths.ts";

/** As much of the form as is used here: a misspelt key is an error, which the service would pass over. */
const step = z.union([
  z.strictObject({
    uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/),
    with: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ run: z.string() }),
]);
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()) }),
    pull_request: z.null(),
    schedule: z.array(z.strictObject({ cron: z.string().regex(/^\S+ \S+ \S+ \S+ \S+$/) })).min(1),
    workflow_dispatch: z.null(),
  }),
  permissions: z.strictObject({ contents: z.literal("read") }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      if: z.string(),
      "runs-on": z.string(),
      "timeout-minutes": z.int(),
      steps: z.array(step),
    }),
  ),
});

const folder = join(packageRoot, ".github/workflows");
const { scripts, engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));

describe.each(readdirSync(folder))("the workflow %s", (file) => {
  const { jobs } = workflow.parse(parse(readFileSync(join(folder, file), "utf8")));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const commands = steps.flatMap((one) => ("run" in one ? [one.run] : []));

  it("runs npm scripts that there are, and files that can be run", () => {
    for (const command of commands) {
      const words = command.split(" ");
      const script = /^npm run (\S+)$/.exec(command)?.[1];
      if (script === undefined) accessSync(join(packageRoot, words.at(-1)!), constants.X_OK);
      else expect(scripts).toHaveProperty(script);
    }
  });

  it("has the quick tier for a change and every tier on a schedule", () => {
    expect(jobs.quick!.steps).toContainEqual({ run: "npm run check" });
    expect(jobs.full!.if).toContain("schedule");
    expect(jobs.full!.steps.at(-1)).toEqual({ run: expect.stringMatching(/\.ci\/run$/) });
  });

  it("uses the oldest Node that the package supports", () => {
    const versions = steps.flatMap((one) => ("uses" in one ? (one.with?.["node-version"] ?? []) : []));
    expect(versions).not.toEqual([]);
    for (const version of versions) expect(engines.node).toMatch(new RegExp(`^>=${version}\\.`));
  });
});

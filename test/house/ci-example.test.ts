/** The workflow that docs/ci.md tells users to copy: its form, and that each command of it is one that this testbed takes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../../infra/workspace/paths.ts";
import { buildProgram } from "../../study/cli.ts";
import { objectiveProblems } from "../../study/spec/objective-problems.ts";
import { studySpec } from "../../workloads/spec/spec.ts";
import { studies } from "../../workloads/studies/index.ts";

const step = z.union([
  z.strictObject({
    if: z.string().optional(),
    uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/),
    with: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ if: z.string().optional(), run: z.string() }),
]);
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({ pull_request: z.null(), workflow_dispatch: z.null() }),
  permissions: z.strictObject({ contents: z.literal("read") }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      "runs-on": z.array(z.string()),
      "timeout-minutes": z.int(),
      steps: z.array(step),
    }),
  ),
});
const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");

describe("the workflow for users", () => {
  const { jobs } = workflow.parse(parse(read("examples/github-actions/serving.yml")));
  const commands = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .flatMap((one) => ("run" in one ? [one.run] : []));

  it("runs commands and options that there are", async () => {
    const own = commands.filter((command) => command.startsWith("npx testbed "));
    expect(own).toHaveLength(3);
    for (const line of own) {
      const [, , name, ...words] = line.split(" ");
      // Commands load their options when they are named.
      const program = await buildProgram([name!]);
      const command = program.commands.find((one) => one.name() === name);
      expect(command, line).toBeDefined();
      const known = command!.options.map(({ long }) => long);
      for (const option of words.filter((word) => word.startsWith("--")))
        expect(known, line).toContain(option);
    }
  });

  it("installs the package of this version", () => {
    const { name, version } = JSON.parse(read("package.json"));
    expect(commands.join("\n")).toContain(`./${name}-${version}.tgz`);
  });

  it("takes everything down, and keeps the results, whatever the study's exit code is", () => {
    const always = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter((one) => one.if === "always()");
    expect(always.map((one) => ("run" in one ? one.run : one.uses))).toEqual([
      "npx testbed down --all",
      "actions/upload-artifact@v4",
    ]);
  });
});

describe("the objectives that docs/ci.md shows", () => {
  it("are valid on a study with such scenarios and variants", () => {
    const [, text] = /```ts\nobjectives: (\[[\s\S]*?\]),\n```/.exec(read("docs/ci.md"))!;
    const objectives = parse(text!.replaceAll(/10_000/g, "10000"));
    const [steady] = studies.quick.scenarios;
    const disruption = { kind: "pod-delete", injections: 1, firstAfterSeconds: 1, everySeconds: 20 };
    const scenarios = [steady, { ...steady, name: "pod-delete", disruption }];
    const study = studySpec.parse({ ...studies.quick, scenarios, objectives });
    expect(study.objectives).toHaveLength(4);
    expect(objectiveProblems(study)).toEqual([]);
  });
});

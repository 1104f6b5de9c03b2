import { isDeepStrictEqual } from "node:util";
import { type StudySpec, studyFor, studySpec } from "../../../workloads/spec/spec.ts";
import { studies } from "../../../workloads/studies/index.ts";
import type { PlanFile } from "../../schema/results-folder.ts";
import type { Block } from "../parts/document.ts";
import type { Section } from "./section.ts";

export const reproduce: Section = {
  title: "Reproduce",
  build({ plan, manifest }): Block[] {
    const again: Block[] =
      plan.study.service === undefined
        ? [
            { kind: "paragraph", text: "The same plan again, from a checkout of the commit above:" },
            {
              kind: "command",
              line: `git checkout ${quoted(manifest.source.commit)} && npm start -- ${sameStudy(plan)}`,
            },
          ]
        : [
            {
              kind: "paragraph",
              text: `The same plan again, with testbed ${manifest.testbedVersion} beside the service's file:`,
            },
            { kind: "command", line: `npx testbed study ${quoted(`${folder(plan)}/plan.json`)}` },
          ];
    return [
      ...again,
      { kind: "paragraph", text: "Every figure on this page from the stored samples, offline:" },
      {
        kind: "command",
        line:
          plan.study.service === undefined
            ? `npm run testbed -- analyse ${quoted(folder(plan))}`
            : `npx testbed analyse ${quoted(folder(plan))}`,
      },
      {
        kind: "paragraph",
        aside: true,
        text:
          "The plan, the schedules and the payloads of the repeated run have the same digests; response times are another " +
          "machine's or another hour's, and agree within their intervals where the machine does.",
      },
    ];
  },
};

/** By its name where the testbed ships it and only these four were set; else from the plan, which holds all of it. */
function sameStudy(plan: PlanFile): string {
  const { name, target, model = "", blocks, seed } = plan.study;
  return isDeepStrictEqual(plan.study, shipped(name, { target, model, blocks, seed }))
    ? `${quoted(name)} --target ${quoted(target)} --model ${quoted(model)} --blocks ${blocks} --seed ${seed}`
    : quoted(`${folder(plan)}/plan.json`);
}

function shipped(name: string, set: Pick<StudySpec, "target" | "model" | "blocks" | "seed">) {
  if (!Object.hasOwn(studies, name)) return undefined;
  const file = studyFor(studies[name as keyof typeof studies], set.target);
  return studySpec.safeParse({ ...file, ...set }).data;
}

function folder({ study, run }: PlanFile): string {
  return `results/${study.name}/${run}`;
}

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[\w./@:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

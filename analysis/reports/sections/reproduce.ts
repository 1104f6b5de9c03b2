import type { Block } from "../document.ts";
import type { Section } from "./section.ts";

export const reproduce: Section = {
  title: "Reproduce",
  build({ plan, manifest }): Block[] {
    const { study } = plan;
    return [
      { kind: "paragraph", text: "The same plan again, from a checkout of the commit above:" },
      {
        kind: "command",
        line:
          `git checkout ${quoted(manifest.source.commit)} && npm start -- ${quoted(study.name)} ` +
          `--target ${quoted(study.target)} --model ${quoted(study.model)} --blocks ${study.blocks} --seed ${study.seed}`,
      },
      { kind: "paragraph", text: "Every figure on this page from the stored samples, offline:" },
      {
        kind: "command",
        line: `npm run testbed -- analyse results/${quoted(study.name)}/${quoted(plan.run)}`,
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

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[\w./@:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

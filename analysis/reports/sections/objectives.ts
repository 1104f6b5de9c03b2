import { asked } from "../../objectives/sentence.ts";
import type { ObjectiveResult, ObjectiveState } from "../../schema/objective.ts";
import { objectiveAnchor, objectiveBadge } from "../parts/claim.ts";
import { type Block, numberColumn, type Row, textColumn } from "../parts/document.ts";
import { formatFor, formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

export const objectives: Section = {
  title: "Objectives",
  build(source): Block[] {
    const { objectives: judged = [] } = source.analysis;
    if (judged.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Met: the whole interval keeps the limit. Missed: the whole interval is beyond it. Not shown: the limit lies within the " +
          "interval, or there is no interval, and more trials could tell. Each end of an interval holds with the stated confidence.",
      },
      {
        kind: "table",
        caption: counts(judged),
        columns: [
          textColumn("Objective"),
          textColumn("Judged"),
          ...["Value", "From", "To", "n"].map(numberColumn),
          numberColumn("Confidence"),
        ],
        rows: judged.map((one, index) => row(source, one, index)),
      },
    ];
  },
};

function counts(judged: readonly ObjectiveResult[]): string {
  const of = (state: ObjectiveState) => judged.filter((one) => one.state === state).length;
  return `${of("met")} met, ${of("missed")} missed, ${of("not shown")} not shown`;
}

function row({ cite }: Source, one: ObjectiveResult, index: number): Row {
  const at = (key: string) => ["objectives", index, key];
  const format = one.injectionShare === null ? formatFor(one.unit) : formats.percent;
  return {
    id: objectiveAnchor(one),
    cells: [
      asked(one),
      objectiveBadge(one),
      cite.analysis(at("value"), format),
      cite.analysis(at("low"), format),
      cite.analysis(at("high"), format),
      cite.analysis(at("n"), formats.count),
      cite.analysis(at("confidence"), formats.level),
    ],
  };
}

import type { TrialResult } from "../../schema/trial.ts";
import { orDash } from "../parts/cite.ts";
import { type Inline, numberColumn, proseColumn, type Text, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Section } from "./section.ts";

type Health = NonNullable<TrialResult["generator"]>;

export const generator: Section = {
  title: "The generator's health",
  build({ analysis, cite }) {
    const driven = analysis.trials.flatMap((trial, index) =>
      trial.generator === null ? [] : [{ id: trial.id, health: trial.generator, index }],
    );
    if (driven.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "The generator's own readings, the study's warm-up included. Lateness is the send instant less the scheduled instant; CPU is in " +
          "cores, all workers together, and is taken from the service where both share a machine; throttled is the share of periods in " +
          "which its CPU quota ran out; a dash means unknown. Without the real-time class " +
          "a service that keeps every core busy delays sends by milliseconds, which the gate on lateness shows.",
      },
      {
        kind: "table",
        caption: "The generator in every trial",
        summary: `The generator in each of ${driven.length} trials`,
        elsewhere: "analysis.json, under trials and generator",
        columns: [
          textColumn("Trial"),
          numberColumn("Workers"),
          numberColumn("Scheduled"),
          numberColumn("Recorded"),
          numberColumn("Late p50, ms"),
          numberColumn("Late p99, ms"),
          numberColumn("Latest, ms"),
          numberColumn("CPU, cores"),
          numberColumn("Quota throttled"),
          numberColumn("Connections opened"),
          proseColumn("Priority"),
        ],
        rows: driven.map(({ id, health, index }) => {
          const of = (...place: string[]) => ["trials", index, "generator", ...place];
          return {
            cells: [
              id,
              cite.analysis(of("workers"), formats.count),
              cite.analysis(of("scheduled"), formats.count),
              cite.analysis(of("recorded"), formats.count),
              ...["p50", "p99", "max"].map((figure) =>
                cite.analysis(of("latenessMs", figure), formats.magnitude),
              ),
              cite.analysis(of("cpuCores"), formats.magnitude),
              orDash(cite.analysis(of("throttledShare"), formats.percent)),
              cite.analysis(of("connectionsOpened"), formats.count),
              priority(health, cite.analysis(of("nice"), formats.exact)),
            ],
          };
        }),
      },
    ];
  },
};

function priority({ realTime, priorityNote }: Health, nice: Inline): Text {
  const scheduling =
    realTime === undefined ? "class not recorded" : realTime ? "real-time class" : "ordinary class";
  return [scheduling, ", niceness ", nice, ...(priorityNote === undefined ? [] : [`; ${priorityNote}`])];
}

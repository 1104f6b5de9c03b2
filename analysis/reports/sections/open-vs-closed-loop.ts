import type { Analysis } from "../../schema/analysis-result.ts";
import { type Block, numberColumn, type Text, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

type Twin = Analysis["twins"][number];
type Loop = "closed" | "open";

export const twins: Section = {
  title: "Closed loop and open loop side by side",
  build(source) {
    const { twins: all } = source.analysis;
    if (all.length === 0) return [];
    return [
      {
        kind: "paragraph",
        text:
          "Each pair has one schedule: the think time of a user in the closed loop is the gap between two " +
          "arrivals in the open loop. In the closed loop a user asks again only after the answer, so a slow service receives " +
          "fewer requests: throughput is users / (think + response); with one user the service never holds two requests, no queue " +
          "forms and nothing can be batched. In the open loop requests are sent at their scheduled instants, whatever became of the " +
          "others, as from many independent users; response time counts from the scheduled instant, and waiting is " +
          "part of it.",
      },
      table(source),
      { kind: "list", items: all.map(({ sentence }) => ({ text: sentence })) },
    ];
  },
};

function table({ analysis, plan, cite }: Source): Block {
  const row = (twin: Twin, index: number, loop: Loop): { cells: Text[] } => {
    const of = (...place: string[]) => ["twins", index, ...place];
    const scenario = plan.study.scenarios.findIndex(({ name }) => name === twin[loop]);
    return {
      cells: [
        plan.study.scenarios[scenario]!.name,
        twin.variant,
        loop === "closed" ? [cite.analysis(of("users"), formats.count), " in a closed loop"] : "open loop",
        cite.analysis(of("ratePerSecond"), formats.magnitude),
        loop === "closed" ? cite.analysis(of("predictedPerSecond"), formats.magnitude) : "",
        cite.analysis(of("seen", loop, "perSecond"), formats.magnitude),
        cite.analysis(of("seen", loop, "p50Ms"), formats.magnitude, "too few requests"),
        cite.analysis(of("seen", loop, "meanMs"), formats.magnitude, "no valid trial"),
        loop === "open" ? cite.analysis(of("utilisation"), formats.magnitude, "several users") : "",
        loop === "open" && twin.trials.overloaded > 0
          ? [{ kind: "badge", text: "overloaded", tone: "open" }]
          : "",
        cite.analysis(of("trials", loop), formats.count),
        cite.analysis(of("seen", loop, "requests"), formats.count),
      ],
    };
  };
  return {
    kind: "table",
    caption:
      "Means over valid trials, descriptive. Under overload response times depend on how long the load lasted: they " +
      "are shown, but not comparable.",
    columns: [
      textColumn("Scenario"),
      textColumn("Variant"),
      textColumn("Loop"),
      numberColumn("Rate of the schedule, 1/s"),
      numberColumn("users / (think + response), 1/s"),
      numberColumn("Answers, 1/s"),
      numberColumn("p50, ms"),
      numberColumn("Mean, ms"),
      numberColumn("Utilisation"),
      textColumn("State"),
      numberColumn("Trials"),
      numberColumn("Requests"),
    ],
    rows: analysis.twins.flatMap((twin, index) => [row(twin, index, "closed"), row(twin, index, "open")]),
  };
}

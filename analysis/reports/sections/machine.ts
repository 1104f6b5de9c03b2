import { percent } from "../../figures/format.ts";
import { leastSpeed } from "../../gates/machine.ts";
import type { TrialResult } from "../../schema/trial.ts";
import { drawTimeline, type TimelinePanel } from "../charts/timeline.ts";
import { type Block, type Chart, numberColumn, type Table, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

type Looked = TrialResult & { readonly machine: NonNullable<TrialResult["machine"]> };

const style = { colour: "var(--arm-0)", dash: "", symbol: "circle", hollow: false, line: true } as const;

export const machine: Section = {
  title: "The machine over the run",
  build(source): Block[] {
    const looked = lookedAt(source);
    if (looked.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Before each deployment and around each trial a fixed piece of work of about 50 ms ran on every core: arithmetic in a " +
          "register, a copy past the caches, and sleeps of 1 ms. A trial is invalid if the machine was far slower than usual in this run " +
          "both before and after it. Readings beside a deployed, idle service are compared with those beside the same variant.",
      },
      chart(source, looked),
    ];
  },
};

/** In the order in which they were run. */
function lookedAt({ analysis }: Source): { readonly trial: Looked; readonly index: number }[] {
  return analysis.trials
    .flatMap((trial, index) => (trial.machine === undefined ? [] : [{ trial: trial as Looked, index }]))
    .sort((a, b) => startOf(a.trial) - startOf(b.trial));
}

function startOf({ machine: { startedAt } }: Looked): number {
  return Date.parse(startedAt);
}

function chart(source: Source, looked: ReturnType<typeof lookedAt>): Chart {
  const began = startOf(looked[0]!.trial);
  const durations = new Map(
    source.plan.study.scenarios.map(({ name, durationSeconds }) => [name, durationSeconds]),
  );
  const panel = (title: string, of: "arithmetic" | "memory" | "wakeMs"): TimelinePanel => ({
    title,
    log: of === "wakeMs",
    lines: [
      {
        style,
        points: looked.flatMap(({ trial }) => {
          const minutes = (startOf(trial) - began) / 60_000;
          const load = (durations.get(trial.scenario) ?? 0) / 60;
          const value = (reading: (typeof trial.machine)["before"]) =>
            // A log axis has no place for a wake-up that was not late at all.
            of === "wakeMs" ? Math.max(0.001, reading.wakeMs) : reading[of];
          return [
            [minutes, value(trial.machine.before)] as const,
            [minutes + load, value(trial.machine.after)] as const,
          ];
        }),
      },
    ],
  });
  return {
    kind: "chart",
    title: title(source, looked),
    description:
      "Arithmetic, memory bandwidth and wake-up latency before and after each trial, over the run.",
    legend: [],
    draw: (width) =>
      drawTimeline(
        [
          panel("arithmetic, million steps per second and core", "arithmetic"),
          panel("memory, GB per second and core", "memory"),
          panel("wake-ups late by, ms (log scale)", "wakeMs"),
        ],
        width,
        [],
        "time since the first trial, min",
      ),
    data: table(source, looked),
  };
}

function title({ analysis }: Source, looked: ReturnType<typeof lookedAt>): string {
  const failed = analysis.trials.filter(({ gates }) =>
    gates.some(({ gate, passed }) => gate.startsWith("machine-") && !passed),
  );
  const of = `${looked.length} trials`;
  return failed.length === 0
    ? `The machine had its usual speed around each of ${of}.`
    : `Around ${failed.length} of ${of} the machine was not as usual: less than ${percent(leastSpeed)} of its usual speed, or late wake-ups.`;
}

function table({ cite }: Source, looked: ReturnType<typeof lookedAt>): Table {
  const ends = ["deployed", "before", "after"] as const;
  const figures = ["arithmetic", "memory", "wakeMs"] as const;
  const heads = { arithmetic: "Arithmetic, M/s", memory: "Memory, GB/s", wakeMs: "Wake-up, ms" };
  const moments = { deployed: "before deploying", before: "before", after: "after" };
  return {
    kind: "table",
    caption: "Every reading of the machine, in the order of the run",
    elsewhere: "analysis.json, under trials and machine",
    columns: [
      textColumn("Trial"),
      ...figures.flatMap((figure) => ends.map((end) => numberColumn(`${heads[figure]} ${moments[end]}`))),
    ],
    rows: looked.map(({ trial, index }) => ({
      cells: [
        trial.id,
        ...figures.flatMap((figure) =>
          ends.map((end) => cite.analysis(["trials", index, "machine", end, figure], formats.magnitude)),
        ),
      ],
    })),
  };
}

/** What the rounds say, as text. Every figure is a median over rounds with its least and most. */
import { table } from "../../study/terminal/print.ts";
import { median } from "../generators/statistics.ts";
import type { Agreement } from "./agreement.ts";
import type { BoundFigure, BoundMode } from "./bound.ts";
import type { Figure } from "./measure.ts";

export interface Measured {
  readonly name: string;
  readonly description: string;
  /** At saturation, one per round. */
  readonly figures: Figure[];
  half: (Figure & { readonly ratePerSecond: number }) | undefined;
}

export interface Rounds {
  readonly bound: ReadonlyMap<BoundMode, BoundFigure[]>;
  readonly measured: readonly Measured[];
  readonly agreement: Map<string, Agreement>;
}

export interface Circumstances {
  readonly machine: string;
  readonly model: string;
  readonly rounds: number;
  readonly connections: number;
  readonly seconds: number;
}

export function report(all: Rounds, given: Circumstances): string {
  const rounds = firstRounds(all, given.rounds);
  return [
    `${given.machine}; model ${given.model}; ${given.rounds} rounds; closed loop, ${given.connections} connections, ${given.seconds} s each at least`,
    "median over rounds (least-most); ratios within a round",
    boundTable(rounds),
    saturationTable(rounds),
    halfTable(rounds),
    stagesTable(rounds),
  ].join("\n\n");
}

/** A run that was cut short ends in the middle of a round. */
function firstRounds({ bound, measured, agreement }: Rounds, count: number): Rounds {
  return {
    bound: new Map([...bound].map(([mode, figures]) => [mode, figures.slice(0, count)])),
    measured: measured.map((one) => ({ ...one, figures: one.figures.slice(0, count) })),
    agreement,
  };
}

function boundTable({ bound }: Rounds): string {
  return table([
    ["bare runtime", "texts/s", "CPU ms a text", "ms a run", "p99 of runs"],
    ...[...bound].map(([mode, figures]) => [
      mode,
      spread(figures.map(({ perSecond }) => perSecond)),
      spread(figures.map(({ cpuMs }) => cpuMs)),
      spread(figures.map(({ runMs }) => runMs)),
      spread(figures.map(({ runP99Ms }) => runP99Ms)),
    ]),
  ]);
}

/** The batch size at which the bare runtime does most. */
export function bestMode({ bound }: Rounds): BoundMode {
  const rate = (mode: BoundMode) => median(bound.get(mode)!.map(({ perSecond }) => perSecond));
  return [...bound.keys()].reduce((best, mode) => (rate(mode) > rate(best) ? mode : best));
}

function saturationTable(rounds: Rounds): string {
  const mode = bestMode(rounds);
  const top = rounds.bound.get(mode)!;
  const baseline = rounds.measured.find(({ name }) => name === "baseline")?.figures;
  return table([
    [
      ...["at saturation", "answers/s", "x baseline", `of bound (${mode})`, "CPU ms", "of bound by CPU"],
      ...["others' CPU ms", "p50 ms", "p99 ms", "failed", "agreement", "what it is"],
    ],
    ...rounds.measured.map(({ name, description, figures }) => {
      const rates = figures.map(({ perSecond }) => perSecond);
      const cpu = figures.map(({ cpuMs }) => cpuMs);
      const found = rounds.agreement.get(name);
      return [
        name,
        spread(rates),
        baseline === undefined ? "-" : spread(rates.map((rate, round) => rate / baseline[round]!.perSecond)),
        spread(
          rates.map((rate, round) => rate / top[round]!.perSecond),
          3,
        ),
        spread(cpu, 2),
        spread(
          cpu.map((ms, round) => top[round]!.cpuMs / ms),
          3,
        ),
        median(figures.map(({ othersCpuMs }) => othersCpuMs)).toFixed(2),
        median(figures.map(({ p50Ms }) => p50Ms)).toFixed(0),
        median(figures.map(({ p99Ms }) => p99Ms)).toFixed(0),
        String(figures.reduce((sum, { failed }) => sum + failed, 0)),
        found === undefined
          ? "-"
          : `${(100 * found.share).toFixed(1)} % of ${found.texts}, shift ${found.shift.toFixed(3)}`,
        description,
      ];
    }),
  ]);
}

function halfTable({ measured, bound }: Rounds): string {
  const alone = bound.get("one")!;
  const bareP99 = median(alone.map(({ runP99Ms }) => runP99Ms));
  return table([
    [
      `at half its capacity (bare, one text: p99 ${bareP99.toFixed(1)} ms)`,
      "rate/s",
      "n",
      "p50 ms",
      "p99 ms",
      "p99 / bare",
      "CPU ms",
      "failed",
    ],
    ...measured.flatMap(({ name, half }) =>
      half === undefined
        ? []
        : [
            [
              name,
              half.ratePerSecond.toFixed(1),
              String(half.answered),
              half.p50Ms.toFixed(1),
              half.p99Ms.toFixed(1),
              (half.p99Ms / bareP99).toFixed(2),
              half.cpuMs.toFixed(2),
              String(half.failed),
            ],
          ],
    ),
  ]);
}

/** Means per request, milliseconds; `texts` is how many were in its run of the model. */
function stagesTable({ measured }: Rounds): string {
  const rows = measured.flatMap(({ name, figures, half }) =>
    [
      { title: `${name}, at saturation`, figure: figures.at(-1) },
      { title: `${name}, at half capacity`, figure: half },
    ].flatMap(({ title, figure }) =>
      figure?.stages === undefined ? [] : [{ title, stages: figure.stages }],
    ),
  );
  if (rows.length === 0) return "";
  const names = [...rows[0]!.stages.means.keys()];
  return table([
    ["stages of a request, mean ms", ...names, "p99 of infer", "response / infer p50", "p99"],
    ...rows.map(({ title, stages }) => [
      title,
      ...names.map((stage) => stages.means.get(stage)!.toFixed(2)),
      stages.inferP99Ms.toFixed(1),
      stages.timesInferP50.toFixed(2),
      stages.timesInferP99.toFixed(2),
    ]),
  ]);
}

function spread(values: readonly number[], digits = 1): string {
  if (values.length === 0) return "-";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`;
}

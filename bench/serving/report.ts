/** What the rounds say, as text. Every figure is a median over rounds with its least and most. */
import { table } from "../../study/print.ts";
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

export function report(rounds: Rounds, given: Circumstances): string {
  return [
    `${given.machine}; model ${given.model}; ${given.rounds} rounds; closed loop, ${given.connections} connections, ${given.seconds} s each`,
    "median over rounds (least-most); ratios within a round",
    boundTable(rounds),
    saturationTable(rounds),
    halfTable(rounds),
    stagesTable(rounds),
  ].join("\n\n");
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

/** Means per request, milliseconds. */
function stagesTable({ measured }: Rounds): string {
  const rows = measured.flatMap(({ name, figures, half }) => {
    const saturated = figures.at(-1)?.stages;
    return [
      ...(saturated === undefined ? [] : [{ title: `${name}, at saturation`, stages: saturated }]),
      ...(half?.stages === undefined ? [] : [{ title: `${name}, at half capacity`, stages: half.stages }]),
    ];
  });
  if (rows.length === 0) return "";
  const names = [...rows[0]!.stages.keys()];
  return table([
    ["mean ms of a request's stages", ...names],
    ...rows.map(({ title, stages }) => [title, ...names.map((stage) => (stages.get(stage) ?? 0).toFixed(2))]),
  ]);
}

function spread(values: readonly number[], digits = 1): string {
  if (values.length === 0) return "-";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`;
}

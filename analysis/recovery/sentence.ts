/** The effect of one disruption on one arm in words, generated from the figures alone. */
import { counted, duration, figure, percent } from "../figures/format.ts";
import type { MedianEstimate, RecoveryCell } from "../schema/recovery.ts";
import type { RecoveryMeasureName } from "./measures/index.ts";

type Cell = Omit<RecoveryCell, "sentence">;

export function recoverySentence(cell: Cell): string {
  const { injections } = cell;
  if (injections.measured === 0) {
    return `${subject(cell)}: none of ${counted(injections.planned, "injection")} could be measured.`;
  }
  return `${subject(cell)}: ${[level(cell), losses(cell), ...medians(cell)].join("; ")}.`;
}

function subject({ variant, arm, scenario, disruption, replicas }: Cell): string {
  const what = scenario === disruption ? disruption : `${disruption} (${scenario})`;
  const copies =
    replicas.length === 0
      ? ""
      : ` with ${replicas.join(" or ")} ${replicas.join() === "1" ? "replica" : "replicas"}`;
  return `${what} on ${variant}${arm === "aa" ? " (A/A)" : ""}${copies}`;
}

function level({ injections: { measured, broken, sustained } }: Cell): string {
  const all = measured === 1 ? "the one injection" : `all ${counted(measured, "injection")}`;
  if (broken === 0) return `the service level held through ${all}`;
  const hit = broken === measured ? all : `${broken} of ${counted(measured, "injection")}`;
  const never = broken - sustained;
  const notBack =
    never === 0
      ? ""
      : measured === 1
        ? " and had not recovered when the observation ended"
        : ` and had not recovered from ${never} of these when their observation ended`;
  return `the service level broke in ${hit}${notBack}`;
}

function losses({ account: { offered, ok, late, failed, lost } }: Cell): string {
  return (
    `of ${grouped(offered)} requests ${grouped(ok)} were on time, ${grouped(late)} late, ${grouped(failed)} failed ` +
    `and ${grouped(lost)} lost`
  );
}

/** What an injection did that broke the level, with one remark on all intervals. */
function medians(cell: Cell): string[] {
  const of = (name: RecoveryMeasureName) =>
    cell.injections.broken === 0 ? null : cell.measures[name]!.median;
  const timed = (name: RecoveryMeasureName, words: string) => {
    const found = of(name);
    return found === null ? [] : [{ found, text: `${words} ${withInterval(found, duration)}` }];
  };
  const [drained, predicted, deficit] = [of("drain-time"), of("drain-predicted"), of("goodput-deficit")];
  const against =
    predicted === null ? "" : ` where an open loop predicts ${withInterval(predicted, duration)}`;
  const shown = [
    ...timed("time-to-detect", "first bad request after"),
    ...timed("time-to-first-success", "first success after"),
    ...timed("time-to-sustained", "service level sustained after"),
    ...timed("drain-time", "backlog drained in").map(({ found, text }) => ({ found, text: text + against })),
    ...(deficit === null
      ? []
      : [{ found: deficit, text: `goodput deficit ${withInterval(deficit, requests)}` }]),
  ];
  if (shown.length === 0) return [];
  const every = [
    ...shown.map(({ found }) => found),
    ...(drained === null || predicted === null ? [] : [predicted]),
  ];
  const levels = every.flatMap(({ level }) => (level === null ? [] : [level]));
  const stated = levels.length === 0 ? "" : ` [interval at ${percent(Math.min(...levels))} or more]`;
  const counts = [...new Set(every.map(({ n }) => n))].sort((a, b) => a - b);
  return [
    `medians over ${[counts[0], ...counts.slice(1).slice(-1)].join(" to ")} injections${stated}: ` +
      shown.map(({ text }) => text).join(", "),
  ];
}

/** "5.61 s [5.01 s, 5.91 s]"; a bound that lies beyond what was observed is a dash. */
function withInterval({ value, low, high, level }: MedianEstimate, text: (value: number) => string): string {
  const bound = (of: number | null) => (of === null ? "–" : text(of));
  const middle = value === null ? "longer than observed" : text(value);
  return level === null ? middle : `${middle} [${bound(low)}, ${bound(high)}]`;
}

function requests(count: number): string {
  return `${figure(count)} requests`;
}

function grouped(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

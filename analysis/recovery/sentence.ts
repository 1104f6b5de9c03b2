/** What happened to one arm under one disruption, in words: generated from the figures, and from nothing else. */
import { counted, figure, percent } from "../words.ts";
import type { RecoveryMeasureName } from "./measures/index.ts";
import type { MedianEstimate, RecoveryCell } from "./result.ts";

type Cell = Omit<RecoveryCell, "sentence">;

export function recoverySentence(cell: Cell): string {
  const { injections } = cell;
  if (injections.measured === 0) {
    return `${subject(cell)}: none of ${counted(injections.planned, "injection")} could be measured.`;
  }
  return `${subject(cell)}: ${[level(cell), losses(cell), ...drain(cell)].join("; ")}.`;
}

function subject({ variant, arm, scenario, disruption, replicas }: Cell): string {
  const what = scenario === disruption ? disruption : `${disruption} (${scenario})`;
  const copies =
    replicas.length === 0
      ? ""
      : ` with ${replicas.join(" or ")} ${replicas.join() === "1" ? "replica" : "replicas"}`;
  return `${what} on ${variant}${arm === "aa" ? " deployed again" : ""}${copies}`;
}

function level(cell: Cell): string {
  const { measured, broken, sustained } = cell.injections;
  const of = counted(measured, "injection");
  if (broken === 0) {
    return `the service level held through ${measured === 1 ? "the one injection" : `all ${of}`}`;
  }
  const times = [
    ...timed(cell, "time-to-detect", "first bad request after"),
    ...timed(cell, "time-to-first-success", "first success after"),
    ...timed(cell, "time-to-sustained", "service level sustained after"),
  ];
  const hit = broken === measured ? `it broke in all ${of}` : `it broke in ${broken} of ${of}`;
  const never = broken - sustained;
  const lost = never === 0 ? "" : `, and was not back in ${never} of these before the observation ended`;
  return `the service level: ${hit}${lost}${times.length === 0 ? "" : `; ${times.join(", ")} (medians)`}`;
}

function timed(cell: Cell, name: RecoveryMeasureName, words: string): string[] {
  const { median } = cell.measures[name]!;
  if (median === null) return [];
  return [`${words} ${timeText(median)}`];
}

function timeText({ value, low, high, level, n }: MedianEstimate): string {
  const interval = `${percent(level)} interval ${low === null ? "open" : duration(low)} to ${high === null ? "open" : duration(high)}, n ${n}`;
  return `${value === null ? "more than was observed" : duration(value)} (${interval})`;
}

function losses({ account, injections, measures }: Cell): string {
  const deficit = measures["goodput-deficit"]!.median;
  const { offered, ok, late, failed, lost } = account;
  const each =
    deficit === null || deficit.value === null
      ? ""
      : `, a goodput deficit of ${figure(deficit.value)} requests an injection (median)`;
  return (
    `of ${grouped(offered)} requests over ${counted(injections.measured, "injection")} ${grouped(ok)} were on time, ` +
    `${grouped(late)} late, ${grouped(failed)} failed and ${grouped(lost)} lost${each}`
  );
}

function drain({ measures }: Cell): string[] {
  const measured = measures["drain-time"]!.median;
  const predicted = measures["drain-predicted"]!.median;
  if (measured === null) return [];
  const took =
    measured.value === null ? "did not drain while it was watched" : `drained in ${duration(measured.value)}`;
  const against =
    predicted === null || predicted.value === null
      ? ""
      : ` (an open loop in which every request waits predicts ${duration(predicted.value)})`;
  return [`the backlog ${took}${against}`];
}

/** `180 ms`, `6.23 s`. */
export function duration(ms: number): string {
  return Math.abs(ms) < 1000 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}

function grouped(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** An objective in words: what was asked, what was found, by how many. */
import { counted, duration, figure, percent } from "../figures/format.ts";
import type { ObjectiveResult } from "../schema/objective.ts";

/** @param why nothing is shown, or what shows a miss that has no figure */
export function objectiveSentence(result: Omit<ObjectiveResult, "sentence">, why: string): string {
  const { state, n, of, confidence } = result;
  const basis = `${counted(n, of)}${why === "" ? "" : `; ${why}`}`;
  const unknown = state === "missed" ? "it is beyond that" : "nothing is known";
  const found = foundText(result);
  return `${asked(result)}: ${found === "" ? unknown : `it is ${found}`} with ${percent(confidence)} confidence (${basis}).`;
}

/** `p99 of optimized under steady load at most 200 ms`. */
export function asked(result: Omit<ObjectiveResult, "sentence">): string {
  const { metric, variant, scenario, direction, limit, unit, injectionShare, of } = result;
  const words = `${metric} of ${variant} under ${scenario} ${of === "trial" ? "load " : ""}${direction} ${inUnit(limit, unit)}`;
  return injectionShare === null
    ? `${of === "injection" ? "median " : ""}${words}`
    : `${words} in ${percent(injectionShare)} of injections`;
}

/** The end that decides where one does, else both. */
function foundText(result: Omit<ObjectiveResult, "sentence">): string {
  const { value, low, high, state, injectionShare, unit } = result;
  if (low === null && high === null) return "";
  const text = (one: number) =>
    injectionShare === null ? inUnit(one, unit) : `${percent(one)} of injections`;
  const about = value === null ? "" : `${text(value)}, `;
  const keptBelow = injectionShare === null && result.direction === "at most";
  if (state === "not shown" || low === null || high === null) {
    return `${about}between ${low === null ? "an unknown end" : text(low)} and ${high === null ? "an unknown end" : text(high)}`;
  }
  return (state === "met") === keptBelow ? `${about}below ${text(high)}` : `${about}above ${text(low)}`;
}

function inUnit(value: number, unit: string): string {
  if (unit === "ms") return duration(value);
  if (unit === "share") return `${Number((100 * value).toPrecision(3))} %`;
  return unit === "1/s" ? `${figure(value)}/s` : `${figure(value)} ${unit}`;
}

/** A comparison in words: the only place a claim is made, generated from the verdict and its figures. */

import type { Estimate } from "../figures/figures.ts";
import { counted, duration, figure, percent, pText, ratioText } from "../figures/format.ts";
import type { Comparison } from "../schema/comparison.ts";
import type { Context } from "./compare.ts";
import { isOverloaded, isTooShort, isWithinBand, pairsNeeded } from "./verdict.ts";

type Row = Omit<Comparison, "sentence">;

export function sentence(row: Row, context: Context): string {
  if (row.n === 0) return nothing(row, context);
  if (!context.complete) return unfinished(row);
  if (context.why !== "") {
    return `${noVerdict(row)}: ${row.metric} is missing in ${context.saturated.pairs - row.n} of ${counted(context.saturated.pairs, "block")} (${context.why}).`;
  }
  if (isOverloaded(context)) return overload(row, context);
  if (row.verdict === "inconclusive" && isTooShort(row.n, context)) return tooShort(row, context);
  const figures = `${value(row)} (${evidence(row)})`;
  switch (row.verdict) {
    case "faster":
    case "slower":
      return `${difference(row, context)}: ${figures}${small(context)}.`;
    case "equivalent":
      return `${subject(row)} is equivalent to ${row.baseline} under ${row.scenario} load within ${percent(context.study.equivalence)}: ${figures}.`;
    default:
      return `${noVerdict(row)}: ${figures}${notExcluded(row.ratio)}.`;
  }
}

function nothing(row: Row, { blocks, why }: Context): string {
  return why === ""
    ? `Nothing to compare for ${subject(row)} and ${row.baseline} under ${row.scenario} load: none of ${counted(blocks, "block")} has two valid trials.`
    : `${row.metric} of ${subject(row)} against ${row.baseline} under ${row.scenario} load is not estimable: ${why}.`;
}

/** What is there so far, without a word that a reader could take for a result. */
function unfinished(row: Row): string {
  return `${noVerdict(row)} before the plan is complete: ${counted(row.n, "block")} so far${seen(row)}.`;
}

function tooShort(row: Row, context: Context): string {
  const needed = pairsNeeded(context);
  return (
    `Too short for a verdict on ${subject(row)} against ${row.baseline} under ${row.scenario} load: ` +
    `${counted(row.n, "block")}, at least ${needed} needed${seen(row)}.`
  );
}

/** By the t interval where the blocks are too few for an exact one. Nothing for one block: its ratio would be read as a result. */
function seen(row: Row): string {
  const range = interval(row);
  if (range !== "") return `; observed: ${value(row)} (${range})`;
  const { metric, ratioT } = row;
  return ratioT === null
    ? ""
    : `; observed: ${metric} is ${ratioText(ratioT.value)}x (${ratioInterval(ratioT, "t interval")})`;
}

/** "onnx-int8 is faster than baseline under steady load". */
function difference(row: Row, { metric }: Context): string {
  const better = row.verdict === "faster";
  const { verbs } = metric;
  const verb = verbs
    ? verbs[better ? "better" : "worse"]
    : metric.name === "throughput"
      ? better
        ? "completes more requests per second than"
        : "completes fewer requests per second than"
      : metric.name === "goodput"
        ? better
          ? "answers more requests on time than"
          : "answers fewer requests on time than"
        : better
          ? "is faster than"
          : "is slower than";
  return row.role === "aa"
    ? `False alarm: ${row.baseline} ${verb} itself under ${row.scenario} load`
    : `${row.treatment} ${verb} ${row.baseline} under ${row.scenario} load`;
}

function overload(row: Row, context: Context): string {
  const { saturated, goodput } = context;
  const [base, other] = [saturated.baseline > 0, saturated.treatment > 0];
  const load = `the ${row.scenario} load`;
  const tooFew = row.verdict === "inconclusive" && isTooShort(row.n, context);
  const test = tooFew ? `, too few for a verdict: at least ${pairsNeeded(context)} needed` : ` (${pOf(row)})`;
  const grew = (name: string, count: number) =>
    `${name} is overloaded: its queue was still growing when the load ended, in ${count} of ${counted(saturated.pairs, "block")}`;
  const carries = (name: string, share: number | null) =>
    `${name} carries ${load}${share === null ? "" : ` (${percent(share)} of requests on time)`}`;
  const undecided = row.verdict === "inconclusive" && !tooFew ? "; no verdict" : "";
  if (base && other) {
    const lower = row.pairs.filter((pair) => pair.treatment < pair.baseline).length;
    return (
      `${subject(row)} and ${row.baseline} are both overloaded by ${load}: the queue was still growing when the load ended, ` +
      `in ${saturated.treatment} and ${saturated.baseline} of ${counted(saturated.pairs, "block")}; within the trial ` +
      `${row.metric} was lower for ${subject(row)} in ${lower} of ${row.n}${test}${undecided}.`
    );
  }
  return base
    ? `${carries(subject(row), goodput.treatment)}, ${grew(row.baseline, saturated.baseline)}${test}${undecided}.`
    : `${carries(row.baseline, goodput.baseline)}, ${grew(subject(row), saturated.treatment)}${test}${undecided}.`;
}

function noVerdict(row: Row): string {
  return `No verdict on ${subject(row)} against ${row.baseline} under ${row.scenario} load`;
}

/** "p50 is 0.21x"; by the difference where there is no ratio. */
function value({ metric, unit, ratio, shift, pairs }: Row): string {
  if (ratio !== null) return `${metric} is ${ratioText(ratio.value)}x`;
  if (shift !== null) return `${metric} differs by ${amounts(unit, shift.value)}`;
  const ratios = pairs.flatMap((pair) => (pair.ratio === null ? [] : [pair.ratio]));
  return ratios.length === 0
    ? `${metric} has no ratio`
    : `${metric} was ${ratios.map((r) => `${ratioText(r)}x`).join(", ")}`;
}

/** "95.1 % interval 0.20 to 0.23, 8 blocks, p = .047 after Holm". */
function evidence(row: Row): string {
  const range = interval(row);
  return `${range === "" ? "" : `${range}, `}${counted(row.n, "block")}, ${pOf(row)}`;
}

/** Empty where there is none. */
function interval({ ratio, shift, unit }: Row): string {
  if (ratio !== null) return ratioInterval(ratio, "interval");
  return shift === null ? "" : `${percent(shift.level)} interval ${amounts(unit, shift.low, shift.high)}`;
}

/** "-21.3 s", "-260 to -12.0 requests". */
function amounts(unit: string, ...values: readonly number[]): string {
  return unit === "ms" ? values.map(duration).join(" to ") : `${values.map(figure).join(" to ")} ${unit}`;
}

function ratioInterval({ level, low, high }: Estimate, kind: "interval" | "t interval"): string {
  return `${percent(level)} ${kind} ${ratioText(low)} to ${ratioText(high)}`;
}

function pOf({ p, pHolm }: Row): string {
  if (pHolm !== null) return `${pText(pHolm)} after Holm`;
  return p === null ? "no p" : `${pText(p)}, unadjusted`;
}

function small(context: Context): string {
  return isWithinBand(context)
    ? `, a difference within the ${percent(context.study.equivalence)} that count as equivalent in practice`
    : "";
}

function notExcluded(ratio: Estimate | null): string {
  return ratio === null
    ? ""
    : `; anything from ${ratioText(ratio.low)}x to ${ratioText(ratio.high)}x is compatible with these blocks`;
}

function subject({ role, treatment }: Row): string {
  return role === "aa" ? `${treatment} (A/A)` : treatment;
}

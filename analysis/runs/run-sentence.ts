/** A row of the comparison of two runs, in words. */

import { counted, percent, pText, ratioText } from "../figures/format.ts";
import type { RunRow } from "./compare-runs.ts";

/** @param leftOut blocks of A and of B that the generator or the machine made invalid */
export function rowSentence(
  row: Omit<RunRow, "sentence">,
  [leftOutA, leftOutB]: readonly [number, number],
): string {
  const { kind, variant, scenario, metric, verdict, why } = row;
  const subject = kind === "effect" ? `the effect of ${variant} on ${metric}` : `${metric} of ${variant}`;
  const words = verdict === "open" ? "no difference shown" : verdict;
  const reason = why === "" ? "" : `: ${why}`;
  const left =
    leftOutA + leftOutB === 0
      ? ""
      : `; excluded as invalid or too short: ${leftOutA} and ${counted(leftOutB, "block")}`;
  return `${subject} under ${scenario} load: ${words}${reason}${figures(row)}${left}`;
}

/** ", 1.02x in B (95 % interval 0.98 to 1.06, 8 and 8 blocks, p = .4 after Holm)". */
function figures({ ratio, a, b, pHolm }: Omit<RunRow, "sentence">): string {
  const worst = [a, b].map((values) => values.filter((value) => value === null).length);
  const blocks = `${a.length} and ${counted(b.length, "block")}`;
  const failed = worst[0]! + worst[1]! === 0 ? "" : `, of these ${worst[0]} and ${worst[1]} without a value`;
  const p = pHolm === null ? "" : `, ${pText(pHolm)} after Holm`;
  if (ratio === null) return a.length + b.length === 0 ? "" : ` (${blocks}${failed}${p})`;
  const range = `${percent(ratio.level)} interval ${ratioText(ratio.low)} to ${ratioText(ratio.high)}`;
  return `, ${ratioText(ratio.value)}x in B (${range}, ${blocks}${p})`;
}

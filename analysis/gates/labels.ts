/** Do the answers agree with the baseline's on the same requests? A faster model that answers otherwise is another model. */
import { okOutcome } from "../trace.ts";
import { atLeast, type GateFunction, notJudged } from "./gate.ts";

const least = 0.99;

/** Both trials ran the same schedule, so position for position they were asked the same text. */
export const labelAgreement: GateFunction = ({ trace, baseline }) => {
  if (baseline === undefined) return [];
  const asked = new Map<number, string>();
  for (let row = 0; row < baseline.length; row++) {
    if (baseline.outcome[row] !== okOutcome) continue;
    const label = baseline.label.names[baseline.label.codes[row]!]!;
    if (label !== "") asked.set(baseline.payload[row]!, label);
  }
  let judged = 0;
  let agreed = 0;
  for (let row = 0; row < trace.length; row++) {
    const expected = asked.get(trace.payload[row]!);
    if (trace.outcome[row] !== okOutcome || expected === undefined) continue;
    judged++;
    if (trace.label.names[trace.label.codes[row]!] === expected) agreed++;
  }
  return judged === 0
    ? [notJudged("label-agreement", "share", "no request that both answered with a label")]
    : [atLeast("label-agreement", agreed / judged, least, "share", `${agreed} of ${judged}`)];
};

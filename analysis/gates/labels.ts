/**
 * Gate of the answers: they must agree with the baseline's on the same requests. A faster model with different answers
 * is a different model.
 */
import { okOutcome } from "../input/trial-samples.ts";
import { atLeast, type GateRule, isDisturbed, notJudged } from "./gate.ts";

/** Where the service declares no other. */
const usualLeast = 0.99;
/** The baseline answered without a label; -1 is a label that this trial never gave. */
const absent = -2;

/**
 * Both trials ran the same schedule, so position for position they were asked the same text. A wrong answer while a
 * disruption is at work is an outcome of the disruption, told by the recovery, and not judged here.
 */
export const labelAgreement: GateRule = {
  side: "service",
  judge({ trace, baseline, disruption, leastLabels: least = usualLeast }) {
    if (baseline === undefined) return [];
    // By payload: the baseline's label, as the code that this trial has for it.
    const codeOf = baseline.label.names.map((name) =>
      name === "" ? absent : trace.label.names.indexOf(name),
    );
    const asked = new Map<number, number>();
    for (let row = 0; row < baseline.length; row++) {
      const code = codeOf[baseline.label.codes[row]!]!;
      if (baseline.outcome[row] === okOutcome && code !== absent) asked.set(baseline.payload[row]!, code);
    }
    let judged = 0;
    let agreed = 0;
    for (let row = 0; row < trace.length; row++) {
      if (trace.outcome[row] !== okOutcome) continue;
      const expected = asked.get(trace.payload[row]!);
      if (expected === undefined || isDisturbed(disruption, trace.scheduledMs[row]!)) continue;
      judged++;
      if (trace.label.codes[row] === expected) agreed++;
    }
    return judged === 0
      ? [notJudged("label-agreement", "share", "no request that both answered with a label")]
      : [atLeast("label-agreement", agreed / judged, least, "share", `${agreed} of ${judged}`)];
  },
};

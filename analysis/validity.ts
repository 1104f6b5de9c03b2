/**
 * The validity of one trial (statistics.md point 11). Fails closed: a gate that fails takes the trial out of the tables.
 * The trial stays on disk and is counted in the report.
 */
import { accounting } from "./gates/accounting.ts";
import { arrivalLaw, realisedRate } from "./gates/arrivals.ts";
import type { GateContext, GateFunction } from "./gates/gate.ts";
import { generatorCpu, lateness, steal } from "./gates/generator.ts";
import { labelAgreement } from "./gates/labels.ts";
import { littlesLaw } from "./gates/littles-law.ts";
import { conservation, issued } from "./gates/requests.ts";
import type { Finding, Gate } from "./result.ts";
import { figure } from "./words.ts";

const gates: readonly GateFunction[] = [
  issued,
  conservation,
  accounting,
  lateness,
  realisedRate,
  arrivalLaw,
  littlesLaw,
  generatorCpu,
  steal,
  labelAgreement,
];

/** What to try where a gate failed, by its name. */
const advice: Readonly<Record<string, string>> = {
  issued: "More generator workers, or a lower rate.",
  accounting: "The samples are damaged: run the trial again.",
  conservation: "The samples are damaged: run the trial again.",
  lateness: "A quieter machine, more generator workers, or the generator on another machine.",
  rate: "The schedule is not what its law says: run the trial again and report it.",
  "littles-law": "The samples are damaged: run the trial again.",
  "generator-cpu": "More generator workers, or a lower rate.",
  steal: "Another hour or another host: somebody else had the processor.",
  "label-agreement": "Compare accuracy before speed: this variant answers otherwise.",
};

export function judge(context: GateContext): Gate[] {
  return gates.flatMap((gate) => gate(context));
}

/**
 * The findings of the gates that failed.
 * @param synthetic whether the model's weights are: labels that nobody trained say nothing when they differ
 */
export function gateFindings(judged: readonly Gate[], synthetic: boolean): Finding[] {
  return judged
    .filter(({ passed }) => !passed)
    .map(({ gate, measured, limit, unit, note }) => ({
      severity: synthetic && gate === "label-agreement" ? ("warning" as const) : ("invalid" as const),
      code: gate,
      message:
        `${gate}: ${measured === null ? "not finite" : figure(measured)} ${unit}, limit ${figure(limit ?? 0)}` +
        (note === "" ? "" : ` (${note})`),
      advice: advice[gate] ?? "The schedule does not fit its law: report it with the plan's digest.",
    }));
}

/**
 * The validity of one trial (statistics.md point 11). Fails closed: a gate that fails takes the trial out of the tables.
 * The trial stays on disk and is counted in the report.
 */

import type { Finding } from "../figures/figures.ts";
import { figure } from "../figures/format.ts";
import type { Gate } from "../schema/trial.ts";
import { accounting } from "./accounting.ts";
import { arrivalLaw, realisedRate } from "./arrivals.ts";
import type { GateContext, GateRule } from "./gate.ts";
import { generatorCpu, generatorThrottling, lateness, serviceThrottling, steal } from "./generator.ts";
import { labelAgreement } from "./labels.ts";
import { conservation, issued } from "./requests.ts";

const gates: readonly GateRule[] = [
  issued,
  conservation,
  accounting,
  lateness,
  realisedRate,
  arrivalLaw,
  generatorCpu,
  generatorThrottling,
  steal,
  serviceThrottling,
  labelAgreement,
];

const otherMachine =
  "Another hour or another host: somebody else had the machine. --await-quiet 10 waits up to ten minutes for better ones.";

/** What to try where a gate failed, by its name. */
const advice: Readonly<Record<string, string>> = {
  issued: "More generator workers, or a lower rate.",
  accounting: "The samples are damaged: run the trial again.",
  conservation: "The samples are damaged: run the trial again.",
  lateness: "A quieter machine, more generator workers, or the generator on another machine.",
  rate: "The schedule is not what its law says: run the trial again and report it.",
  "generator-cpu": "More generator workers, or a lower rate.",
  "generator-throttling": "A larger CPU limit for the load pods, or more of them.",
  "service-throttling":
    "Its response times are those of its CPU limit: raise the limit to see the variant's own.",
  steal: "Another hour or another host: somebody else had the processor.",
  "machine-arithmetic": otherMachine,
  "machine-memory": otherMachine,
  "machine-wake-up": otherMachine,
  "label-agreement": "Compare accuracy before speed: this variant answers otherwise.",
};

export function judge(context: GateContext): Gate[] {
  return gates.flatMap(({ side, judge: rule }) => rule(context).map((judged) => ({ side, ...judged })));
}

/**
 * The findings of the gates that failed.
 * @param synthetic whether the model's weights are: labels that nobody trained say nothing when they differ
 */
export function gateFindings(judged: readonly Gate[], synthetic: boolean): Finding[] {
  return judged
    .filter(({ passed }) => !passed)
    .map(({ gate, measured, limit, unit, note }) => ({
      severity: isWarning(gate, synthetic) ? ("warning" as const) : ("invalid" as const),
      code: gate,
      message:
        `${gate}: ${measured === null ? "not finite" : figure(measured)} ${unit}, limit ${figure(limit ?? 0)}` +
        (note === "" ? "" : ` (${note})`),
      advice: advice[gate] ?? "The schedule does not fit its law: report it with the plan's digest.",
    }));
}

function isWarning(gate: string, synthetic: boolean): boolean {
  return gate === "service-throttling" || (synthetic && gate === "label-agreement");
}

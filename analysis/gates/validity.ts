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
  "Other work was using the machine: run at another time or on another host. --await-quiet 10 waits up to ten minutes for a quiet machine.";

/** What to try where a gate failed, by its name. */
const advice: Readonly<Record<string, string>> = {
  issued: "Use more generator workers, or a lower rate.",
  accounting: "The samples are damaged: run the trial again.",
  conservation: "The samples are damaged: run the trial again.",
  lateness: "Use a quieter machine, more generator workers, or a separate machine for the generator.",
  rate: "The schedule does not fit its arrival law: run the trial again and report it.",
  "generator-cpu": "Use more generator workers, or a lower rate.",
  "generator-throttling": "Raise the CPU limit of the load pods, or use more load pods.",
  "service-throttling":
    "The CPU limit determines its response times: raise the limit to measure the variant itself.",
  steal: "Other work was using the processor: run at another time or on another host.",
  "machine-arithmetic": otherMachine,
  "machine-memory": otherMachine,
  "machine-wake-up": otherMachine,
  "label-agreement": "Compare accuracy before speed: the answers of this variant differ.",
};

export function judge(context: GateContext): Gate[] {
  return gates.flatMap(({ side, judge: rule }) => rule(context).map((judged) => ({ side, ...judged })));
}

/**
 * The findings of the gates that failed.
 * @param synthetic whether the model's weights are synthetic: differences between untrained labels mean nothing
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
      advice: advice[gate] ?? "The schedule does not fit its arrival law: report it with the plan's digest.",
    }));
}

function isWarning(gate: string, synthetic: boolean): boolean {
  return gate === "service-throttling" || (synthetic && gate === "label-agreement");
}

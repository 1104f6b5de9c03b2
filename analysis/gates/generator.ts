/** The generator itself: on time, and with a processor to spare. */
import { quantile } from "../quantile.ts";
import { atMost, type GateFunction, notJudged } from "./gate.ts";

const mostLateMs = 1;
const mostLateShare = 0.02;
const mostCpu = 0.7;
const mostSteal = 0.05;

/** p99 of sent - scheduled under 1 ms and under 2 % of the median response; for few requests it is nearly the largest. */
export const lateness: GateFunction = ({ window }) => {
  const p50 = quantile(window.responseMs, 0.5);
  // With more than half failed there is no median to take a share of: the absolute limit stands.
  const limit = Number.isFinite(p50) ? Math.min(mostLateMs, mostLateShare * p50) : mostLateMs;
  return [atMost("lateness", quantile(window.latenessMs, 0.99), limit, "ms at p99")];
};

export const generatorCpu: GateFunction = ({ generator }) => [
  atMost("generator-cpu", generator.cpuCores / generator.workers, mostCpu, "cores per worker"),
];

/** Time that the hypervisor gave to others; only some systems tell. */
export const steal: GateFunction = ({ record }) => [
  record.steal === null
    ? notJudged("steal", "share of CPU time", "this system does not tell stolen time")
    : atMost("steal", record.steal, mostSteal, "share of CPU time"),
];

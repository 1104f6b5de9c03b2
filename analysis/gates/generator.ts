/** The generator itself: on time, and with a processor to spare. */
import { quantile, quantileMargin, selectedQuantile } from "../quantile.ts";
import { atMost, type GateFunction, notJudged } from "./gate.ts";

const mostLateMs = 1;
const mostLateShare = 0.02;
const mostCpu = 0.7;
const mostSteal = 0.05;

/**
 * p99 of sent - scheduled under 1 ms and under 2 % of the median response. Where the trial has too few requests for a p99
 * (statistics.md point 12) the highest quantile that it can show stands in: the p99 of 40 requests is their largest.
 */
export const lateness: GateFunction = ({ window }) => {
  const p50 = quantile(window.responseMs, 0.5);
  // With more than half failed there is no median to take a share of: the absolute limit stands.
  const limit = Number.isFinite(p50) ? Math.min(mostLateMs, mostLateShare * p50) : mostLateMs;
  const n = window.latenessMs.length;
  const p = Math.min(0.99, Math.max(0.5, 1 - quantileMargin / n));
  const at = `p${Math.floor(100 * p)}`;
  const note =
    p < 0.99
      ? `${n} requests are too few for a p99; largest ${selectedQuantile(window.latenessMs, 1).toFixed(2)} ms`
      : "";
  return [atMost("lateness", selectedQuantile(window.latenessMs, p), limit, `ms at ${at}`, note)];
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

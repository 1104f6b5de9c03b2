/** Gates of the generator: it sends on time, and has CPU to spare. */
import { quantileMargin, selectedQuantile } from "../statistics/quantile.ts";
import { atMost, type GateRule, type Judgement, notJudged } from "./gate.ts";

/** Of a disrupted trial no response time is reported, only whether requests were on time. */
const mostLateOfSlo = 0.02;
const mostCpu = 0.7;
/** Share of CPU time. */
export const mostSteal = 0.05;
const mostThrottled = 0.05;

/**
 * Of a disrupted trial no response time is compared, only which requests were on time: p99 of sent - scheduled over the
 * undisturbed requests, at most 2 % of the SLO. Where there are too few requests for a p99 (statistics.md point 12) the highest
 * quantile that they can show stands in: the p99 of 40 requests is their largest. Of a steady trial see run-gates.ts.
 */
export const lateness: GateRule = {
  side: "generator",
  judge({ window, disruption }) {
    if (disruption === undefined) return [];
    const n = window.latenessMs.length;
    const p = Math.min(0.99, Math.max(0.5, 1 - quantileMargin / n));
    const note =
      p < 0.99
        ? `${n} requests are too few for a p99; largest ${selectedQuantile(window.latenessMs, 1).toFixed(2)} ms`
        : "";
    const late = selectedQuantile(window.latenessMs, p);
    return [
      atMost("lateness", late, mostLateOfSlo * disruption.sloMs, `ms at p${Math.floor(100 * p)}`, note),
    ];
  },
};

export const generatorCpu: GateRule = {
  side: "generator",
  judge({ generator }) {
    return [atMost("generator-cpu", generator.cpuCores / generator.workers, mostCpu, "cores per worker")];
  },
};

/** A quota that ran out makes the generator late in bursts, whatever its mean use. */
export const generatorThrottling: GateRule = {
  side: "generator",
  judge({ generator: { throttledShare } }) {
    return [throttling("generator-throttling", throttledShare, "the generator's cgroup does not report it")];
  },
};

/** The service's own quota is part of the variant: it limits the service, and does not invalidate the measurement. */
export const serviceThrottling: GateRule = {
  side: "service",
  judge({ record: { serviceThrottledShare } }) {
    return [
      throttling(
        "service-throttling",
        serviceThrottledShare,
        "its control group does not report it, or a disruption may have replaced the group",
      ),
    ];
  },
};

function throttling(gate: string, share: number | null, unknown: string): Judgement {
  const unit = "share of quota periods";
  return share === null ? notJudged(gate, unit, unknown) : atMost(gate, share, mostThrottled, unit);
}

/** Time that the hypervisor gave to others; only some systems tell. */
export const steal: GateRule = {
  side: "machine",
  judge({ record }) {
    return [
      record.steal === null
        ? notJudged("steal", "share of CPU time", "this system does not report steal time")
        : atMost("steal", record.steal, mostSteal, "share of CPU time"),
    ];
  },
};

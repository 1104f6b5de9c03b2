/** The generator itself: on time, and with a processor to spare. */
import { quantile, quantileMargin, selectedQuantile } from "../quantile.ts";
import { atMost, type GateRule, type Judgement, notJudged } from "./gate.ts";

const mostLateMs = 1;
const mostLateShare = 0.02;
/** Of a disrupted trial no response time is reported, only whether requests were on time. */
const mostLateOfSlo = 0.02;
const mostCpu = 0.7;
/** Share of CPU time. */
export const mostSteal = 0.05;
const mostThrottled = 0.05;

/**
 * p99 of sent - scheduled under 1 ms and under 2 % of the median response. Where the trial has too few requests for a p99
 * (statistics.md point 12) the highest quantile that it can show stands in: the p99 of 40 requests is their largest. Of a
 * disrupted trial no response time is compared, only which requests were on time: there it is 2 % of the SLO, over the
 * undisturbed requests.
 */
export const lateness: GateRule = {
  side: "generator",
  judge({ window, disruption }) {
    const p50 = quantile(window.responseMs, 0.5);
    // With more than half failed there is no median to take a share of: the absolute limit stands.
    const steady = Number.isFinite(p50) ? Math.min(mostLateMs, mostLateShare * p50) : mostLateMs;
    const limit = disruption === undefined ? steady : mostLateOfSlo * disruption.sloMs;
    const n = window.latenessMs.length;
    const p = Math.min(0.99, Math.max(0.5, 1 - quantileMargin / n));
    const at = `p${Math.floor(100 * p)}`;
    const note =
      p < 0.99
        ? `${n} requests are too few for a p99; largest ${selectedQuantile(window.latenessMs, 1).toFixed(2)} ms`
        : "";
    return [atMost("lateness", selectedQuantile(window.latenessMs, p), limit, `ms at ${at}`, note)];
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
    return [throttling("generator-throttling", throttledShare, "the generator's cgroup does not tell")];
  },
};

/** The service's own quota is part of the variant: it limits what was measured, and does not spoil it. */
export const serviceThrottling: GateRule = {
  side: "service",
  judge({ record: { serviceThrottledShare } }) {
    return [
      throttling(
        "service-throttling",
        serviceThrottledShare,
        "its control group does not tell, or may have been replaced by a disruption",
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
        ? notJudged("steal", "share of CPU time", "this system does not tell stolen time")
        : atMost("steal", record.steal, mostSteal, "share of CPU time"),
    ];
  },
};

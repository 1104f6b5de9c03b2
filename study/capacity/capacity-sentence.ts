/** A capacity in words. */
import type { ServiceCapacity } from "./service-capacity.ts";

export function capacitySentence(result: Omit<ServiceCapacity, "sentence">): string {
  const { slo, cv, estimate, place, probes, range, idleMs, doubts, relaxationSeconds } = result;
  const limit = `p${slo.quantile * 100} <= ${slo.responseMs} ms`;
  const load = cv === 1 ? "Poisson arrivals" : `gamma arrivals of cv ${cv}`;
  if (idleMs > slo.responseMs) {
    return `no rate holds ${limit}: a single request already takes ${figure(idleMs)} ms (median)`;
  }
  if (place === "below") return `${limit} holds at no rate of ${figure(range.lowest)}/s or more (${load})`;
  if (place === "above") {
    return `${limit} holds at every rate up to ${figure(Math.max(...probes.map((p) => p.ratePerSecond)))}/s (${load})`;
  }
  const { value, low, high, level } = estimate!;
  const longest = Math.max(...probes.map(({ seconds }) => seconds));
  const notes = [
    load,
    `${probes.length} probes, ${endedBy(result)}`,
    "one deployment: variation between deployments is not included",
    ...doubts,
    ...(relaxationSeconds !== null && relaxationSeconds > longest
      ? [
          `the queue takes ${figure(relaxationSeconds)} s to reach its steady state, longer than the probes (${figure(longest)} s)`,
        ]
      : []),
  ];
  return (
    `${limit} holds in the steady state up to ${figure(value)}/s, ${level * 100} % interval ` +
    `${figure(low)} to ${figure(high)}/s (${notes.join("; ")})`
  );
}

function endedBy({ stoppedBy, tolerance, estimate }: Omit<ServiceCapacity, "sentence">): string {
  if (stoppedBy === "tolerance") return `ended by an interval within ${percent(tolerance)}`;
  const { low, high } = estimate!;
  const reached = (high - low) / (high + low);
  return `too few for an interval within ${percent(tolerance)}: it is within ${percent(reached)}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

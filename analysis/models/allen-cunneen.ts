import type { Renewal } from "../../workloads/arrivals/arrival.ts";
import { renewals } from "../../workloads/arrivals/renewals.ts";
import { mean } from "../statistics/moments.ts";
import type { Model, ModelContext } from "./model.ts";

/** Mean response of a G/G/c queue from two moments of gaps and service. */
export const allenCunneen: Model = {
  name: "allen-cunneen",
  law: "Allen-Cunneen (Kingman for c = 1): W = S + (ca^2 + cs^2)/2 * rho^(sqrt(2(c + 1)) - 1) / (c (1 - rho)) * S, rho = rate S / c",
  error:
    "exact for Poisson arrivals before one server; for gamma gaps 13 to 20 % low at cv 2 to 4 near capacity and more than 30 % low at light loads, where only bursts form queues; it describes the steady state, which a short trial does not reach",
  predict({ arrival, ratePerSecond, servers, serviceMs }) {
    const none = (why: string) => [{ metric: "mean" as const, value: null, why }];
    if (serviceMs.length < 2) return none("fewer than two requests found the service idle");
    const ca = gapCv(arrival);
    if (ca === undefined)
      return none(`${arrival.kind} arrivals have correlated gaps: two moments do not describe them`);
    const service = mean(serviceMs);
    const squares = mean(serviceMs.map((value) => (value - service) ** 2));
    const rho = (ratePerSecond * service) / 1000 / servers;
    if (rho >= 1) return none(`offered load ${rho.toFixed(2)} is above capacity: there is no steady state`);
    const value = allenCunneenMean({
      serviceMs: service,
      ca,
      cs: Math.sqrt(squares) / service,
      servers,
      rho,
    });
    return [{ metric: "mean", value, why: "" }];
  },
};

/** @returns mean response time, ms */
export function allenCunneenMean(queue: {
  readonly serviceMs: number;
  readonly ca: number;
  readonly cs: number;
  readonly servers: number;
  readonly rho: number;
}): number {
  const { serviceMs, ca, cs, servers, rho } = queue;
  const waits = rho ** (Math.sqrt(2 * (servers + 1)) - 1) / (servers * (1 - rho));
  return serviceMs * (1 + ((ca ** 2 + cs ** 2) / 2) * waits);
}

function gapCv(arrival: ModelContext["arrival"]): number | undefined {
  if (!(arrival.kind in renewals)) return undefined;
  return (renewals[arrival.kind as keyof typeof renewals] as unknown as Renewal).cv(arrival);
}

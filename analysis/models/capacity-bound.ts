import { mean } from "../statistics/moments.ts";
import type { Model } from "./model.ts";

/**
 * The highest throughput of the servers at one request at a time; measured / bound is the utilisation, and under
 * overload the efficiency.
 */
export const capacityBound: Model = {
  name: "capacity-bound",
  law: "capacity bound: throughput <= c / S, c workers, S mean service time of requests that found the service idle",
  error:
    "a bound, not a prediction, while the load is below it; batching exceeds it by what a batch saves, workers that share a processor fall short of it",
  predict({ servers, serviceMs }) {
    return serviceMs.length === 0
      ? [{ metric: "throughput", value: null, why: "no request found the service idle" }]
      : [{ metric: "throughput", value: (1000 * servers) / mean(serviceMs), why: "" }];
  },
};

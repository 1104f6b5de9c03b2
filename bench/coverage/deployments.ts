import { randomStream } from "../../workloads/random/random.ts";
import { type Queue, responsesOf, runOf } from "./queues.ts";

/** Response times of one deployment at 0.6 of the capacity; deployments differ by 5 % in service time. */
export function deployed(queue: Queue, key: string, requests: number): Float64Array {
  const services = randomStream(key, "services");
  const slowness = Math.exp(0.05 * services.normal());
  return responsesOf(
    runOf(queue, {
      requests,
      utilisation: 0.6 * slowness,
      serviceMs: 20 * slowness,
      arrivals: randomStream(key, "arrivals"),
      services,
    }),
  );
}

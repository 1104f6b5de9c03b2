import { skewFindings } from "../../../analysis/trial/connection-skew.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import type { Claim } from "../claim.ts";
import { requestsOf, trialSizes } from "../trials.ts";

/** Each request goes to any of the workers, whatever came before: as even as a service can be without a queue of its own. */
export const connectionSkew: Claim = {
  kind: "at most",
  prints: "an even service of 4 workers a server called skewed",
  by: "analyse, report",
  sizes: trialSizes,
  simulate(queue, size, runs, first = 0) {
    const workers = 4 * queue.servers;
    let called = 0;
    for (let run = first; run < first + runs; run++) {
      const random = randomStream(`${queue.name}/${run}`, "workers");
      const counts = new Float64Array(workers);
      for (let request = 0; request < requestsOf[size]; request++) counts[random.index(workers)]!++;
      const servers = [...counts].flatMap((requests, worker) =>
        requests > 0 ? [{ server: `${worker}`, requests }] : [],
      );
      if (skewFindings(servers, workers).length > 0) called++;
    }
    return { stated: 0.001, held: called / runs, runs };
  },
};

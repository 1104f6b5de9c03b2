import type { ScalingCell } from "../../../analysis/models/scaling.ts";
import { scaling } from "../../../analysis/models/scaling.ts";
import type { CellResult } from "../../../analysis/schema/cell.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import type { Claim, Size } from "../claim.ts";
import { type Queue, runOf } from "../queues.ts";

/** Contention and coherency; workers of each variant; requests of a trial at 1.5 of its capacity. */
const law = { sigma: 0.1, kappa: 0.02 };
const workers = [1, 2, 4] as const;
const requests = 300;
const blocksOf: Readonly<Record<Size, number>> = { small: 4, middle: 8, large: 12 };
const variants = Object.fromEntries(
  workers.map((count) => [`w${count}`, { description: "", workers: count }]),
);

/** Answers a second under overload, of one deployment. */
function throughput(queue: Queue, units: number, key: string): number {
  const services = randomStream(key, "services");
  const slowness = Math.exp(0.05 * services.normal());
  const serviceMs = 20 * slowness * (1 + law.sigma * (units - 1) + law.kappa * units * (units - 1));
  const run = runOf(
    { ...queue, servers: queue.servers * units },
    { requests, utilisation: 1.5, serviceMs, arrivals: randomStream(key, "arrivals"), services, burnIn: 0 },
  );
  const first = run.scheduledMs[0]!;
  const answered = run.completedMs.filter((ms) => ms <= run.endMs).length;
  return (1000 * answered) / (run.endMs - first);
}

export const scalingLaw: Claim = {
  kind: "level",
  prints: "contention by the scalability law, t interval over blocks; 1, 2 and 4 workers",
  by: "analyse, report",
  sizes: { small: "4 blocks", middle: "8", large: "12" },
  simulate(queue, size, runs, first = 0) {
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const cells = workers.map(
        (count): ScalingCell => ({
          cell: { variant: `w${count}`, scenario: "intense", arm: "main" } as CellResult,
          saturates: false,
          trials: Array.from({ length: blocksOf[size] }, (_, block) => {
            const value = throughput(queue, count, `scaling/${run}/${block}/${count}`);
            const metrics = { throughput: { value, unit: "1/s", n: requests, why: "" } };
            return { block, valid: true, saturated: true, metrics } as unknown as TrialResult;
          }),
        }),
      );
      const [row] = scaling(cells, { variants }, 0.05);
      const { low, high } = row!.contention!;
      if (low <= law.sigma && law.sigma <= high) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};

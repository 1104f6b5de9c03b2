import { exactShare } from "../../../analysis/quality/quality.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import type { Claim, Size } from "../claim.ts";

const shapes: Readonly<Record<Size, { readonly texts: number; readonly agree: number }>> = {
  small: { texts: 500, agree: 0.999 },
  middle: { texts: 100, agree: 0.98 },
  large: { texts: 2000, agree: 0.9 },
};

/** No queue has a part in it: six times the same, by draws of their own. */
export const agreement: Claim = {
  kind: "at least",
  prints: "share of answers that agree, or are right",
  by: "quality, report",
  sizes: { small: "500 texts, 99.9 %", middle: "100, 98 %", large: "2,000, 90 %" },
  simulate(queue, size, runs, first = 0) {
    const { texts, agree } = shapes[size];
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const random = randomStream(`${queue.name}/${run}`, "texts");
      let agreed = 0;
      for (let text = 0; text < texts; text++) if (random.uniform() < agree) agreed++;
      const { low, high } = exactShare(agreed, texts);
      if (low <= agree && agree <= high) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};

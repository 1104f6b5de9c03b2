/** Medians over injections, for the claims on them. */
import { medianEstimate, type Repeat } from "../../analysis/recovery/median.ts";
import type { Held, Runs } from "./claim.ts";
import { timesOf, trueTime } from "./outages.ts";
import type { Queue } from "./queues.ts";

/** @param end when each is watched no longer, ms after its injection; every time is seen without */
export function medianHeld(
  queue: Queue,
  { runs, first }: Runs,
  { blocks, perBlock, name }: { readonly blocks: number; readonly perBlock: number; readonly name: string },
  end: (index: number) => number = () => Number.POSITIVE_INFINITY,
): Held {
  const truth = trueTime(queue, 0.5, runs);
  let stated = 0;
  let held = 0;
  for (let run = first; run < first + runs; run++) {
    const repeats = Array.from({ length: blocks }, (_, block) =>
      timesOf(queue, `${name}/${run}/${block}`, perBlock).map((time, index): Repeat => {
        const watched = end(block * perBlock + index);
        return { trial: `${block}`, block, value: Math.min(time, watched), censored: time > watched };
      }),
    ).flat();
    const { low, high, level } = medianEstimate(repeats, 0.05, `${run}`)!;
    stated = level!;
    if ((low ?? Number.POSITIVE_INFINITY) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)) held++;
  }
  return { stated, held: held / runs, runs };
}

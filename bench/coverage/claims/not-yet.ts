import { kaplanMeier } from "../../../analysis/statistics/kaplan-meier.ts";
import type { Claim } from "../claim.ts";
import { timesOf, trueTime } from "../outages.ts";

const injections = { small: 4, middle: 10, large: 20 };
const at = 0.6;

/** At the time by which 60 % are back, with every third watched no longer than the median. */
export const notYet: Claim = {
  kind: "at least",
  prints: "band of the share that is not yet back (Kaplan-Meier)",
  by: "analyse, report",
  sizes: { small: "4 injections", middle: "10", large: "20" },
  simulate(queue, size, runs, first = 0) {
    const [time, watched] = [trueTime(queue, at, runs), trueTime(queue, 0.5, runs)];
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const durations = Array.from({ length: injections[size] }, (_, index) => {
        const [found] = timesOf(queue, `not-yet/${run}/${index}`, 1);
        const censored = index % 3 === 0 && found! > watched;
        return { value: censored ? watched : found!, censored };
      });
      const step = kaplanMeier(durations, 0.05).findLast((one) => one.at <= time) ?? { low: 0, high: 1 };
      if (step.low <= 1 - at && 1 - at <= step.high) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};

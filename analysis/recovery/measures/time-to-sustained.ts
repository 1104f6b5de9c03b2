import { notUntil, observed, type RecoveryMeasure } from "./measure.ts";

/** From the injection to the sustained service level of ../service-level.ts; 0 where the level was never broken. */
export const timeToSustained: RecoveryMeasure = {
  name: "time-to-sustained",
  unit: "ms",
  words: "sustained service level",
  compared: "restricted",
  measure({ startedMs, endMs, course: { brokenMs, sustainedMs } }) {
    if (brokenMs === null) return observed(0);
    return sustainedMs === null
      ? notUntil(endMs - startedMs)
      : observed(Math.max(0, sustainedMs - startedMs));
  },
};

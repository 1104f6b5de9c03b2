import { nothing, notUntil, observed, type RecoveryMeasure } from "./measure.ts";

/** From the first success to the instant at which no more requests were in flight than on average before the injection. */
export const drainTime: RecoveryMeasure = {
  name: "drain-time",
  unit: "ms",
  words: "backlog drained",
  compared: null,
  measure({ endMs, course, firstSuccessMs, drainedMs }) {
    if (course.brokenMs === null || firstSuccessMs === null) return nothing("no outage that ended");
    return drainedMs === null ? notUntil(endMs - firstSuccessMs) : observed(drainedMs - firstSuccessMs);
  },
};

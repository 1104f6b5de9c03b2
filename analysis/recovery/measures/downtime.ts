import { nothing, notUntil, observed, type RecoveryMeasure } from "./measure.ts";

/** The time without any right answer: from the last one before the first bad request was known to the first one after. */
export const downtime: RecoveryMeasure = {
  name: "downtime",
  unit: "ms",
  words: "without any answer",
  compared: null,
  measure({ startedMs, endMs, detectedMs, downtimeMs }) {
    if (detectedMs === null) return nothing("no request was hit");
    return downtimeMs === null ? notUntil(endMs - startedMs) : observed(downtimeMs);
  },
};

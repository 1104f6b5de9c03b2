import { nothing, notUntil, observed, type RecoveryMeasure } from "./measure.ts";

/** From the injection to the first right answer, late or not, that came after the first bad request. */
export const timeToFirstSuccess: RecoveryMeasure = {
  name: "time-to-first-success",
  unit: "ms",
  words: "first success",
  compared: null,
  measure({ startedMs, endMs, detectedMs, firstSuccessMs }) {
    if (detectedMs === null) return nothing("no request was hit");
    return firstSuccessMs === null ? notUntil(endMs - startedMs) : observed(firstSuccessMs - startedMs);
  },
};

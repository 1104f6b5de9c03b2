import { nothing, observed, type RecoveryMeasure } from "./measure.ts";

/**
 * From the injection to the instant at which a client could first notice it: a request failed or was lost, or, where
 * the service level was broken, a request was not answered within the SLO.
 */
export const timeToDetect: RecoveryMeasure = {
  name: "time-to-detect",
  unit: "ms",
  words: "first bad request",
  compared: null,
  measure: ({ startedMs, detectedMs }) =>
    detectedMs === null ? nothing("no request was hit") : observed(detectedMs - startedMs),
};

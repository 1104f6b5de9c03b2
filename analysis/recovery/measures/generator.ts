import { nothing, observed, type RecoveryMeasure } from "./measure.ts";

/**
 * The largest sent - scheduled: a disruption of the machine also delays the generator, and this part of the response
 * times is not the service's.
 */
export const generatorLateness: RecoveryMeasure = {
  name: "generator-lateness",
  unit: "ms",
  words: "generator's largest lateness",
  compared: null,
  measure: ({ latenessMs }) =>
    Number.isFinite(latenessMs) ? observed(latenessMs) : nothing("no request was sent"),
};

/** Never sent, since the generator's cap on connections was hit; counted as lost. */
export const unsentRequests: RecoveryMeasure = {
  name: "unsent-requests",
  unit: "requests",
  words: "never sent",
  compared: null,
  measure: ({ unsent }) => observed(unsent),
};

/** The measures of an injection by name, in the order of the reports. To add one: one file and one line here. */
import { duplicateAnswers, wrongAnswers } from "./answers.ts";
import { downtime } from "./downtime.ts";
import { predictedDrain } from "./drain-prediction.ts";
import { drainTime } from "./drain-time.ts";
import { generatorLateness, unsentRequests } from "./generator.ts";
import { goodputDeficit } from "./goodput-deficit.ts";
import type { RecoveryMeasure } from "./measure.ts";
import { failedRequests, lateRequests, lostRequests } from "./requests.ts";
import { timeToDetect } from "./time-to-detect.ts";
import { timeToFirstSuccess } from "./time-to-first-success.ts";
import { timeToSustained } from "./time-to-sustained.ts";

export const recoveryMeasures = {
  "time-to-detect": timeToDetect,
  "time-to-first-success": timeToFirstSuccess,
  "time-to-sustained": timeToSustained,
  "late-requests": lateRequests,
  "failed-requests": failedRequests,
  "lost-requests": lostRequests,
  "goodput-deficit": goodputDeficit,
  downtime,
  "drain-time": drainTime,
  "drain-predicted": predictedDrain,
  "duplicate-answers": duplicateAnswers,
  "wrong-answers": wrongAnswers,
  "generator-lateness": generatorLateness,
  "unsent-requests": unsentRequests,
} satisfies Record<string, RecoveryMeasure>;

export type RecoveryMeasureName = keyof typeof recoveryMeasures;
export type { Observation, ObservedInjection, RecoveryMeasure } from "./measure.ts";

import { observed, type RecoveryMeasure } from "./measure.ts";

/** Samples beyond the first of a position of the schedule: a request that was answered, or recorded, twice. */
export const duplicateAnswers: RecoveryMeasure = {
  name: "duplicate-answers",
  unit: "requests",
  words: "duplicates",
  compared: null,
  measure: ({ account }) => observed(account.duplicates),
};

/** Wrong bodies, and labels other than the one the same text got in the rest of the trial. They are in a class as well. */
export const wrongAnswers: RecoveryMeasure = {
  name: "wrong-answers",
  unit: "requests",
  words: "wrong answers",
  compared: null,
  measure: (injection) => observed(injection.wrongAnswers),
};

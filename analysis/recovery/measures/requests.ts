import { observed, type RecoveryMeasure } from "./measure.ts";

const count = (name: "late" | "failed" | "lost", words: string): RecoveryMeasure => ({
  name: `${name}-requests`,
  unit: "requests",
  words,
  compared: "mean",
  measure: ({ account }) => observed(account[name]),
});

/** The classes of ../account.ts that are not ok. */
export const lateRequests = count("late", "late");
export const failedRequests = count("failed", "failed");
export const lostRequests = count("lost", "lost");

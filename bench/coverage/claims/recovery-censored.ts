import type { Claim } from "../claim.ts";
import { medianHeld } from "../medians.ts";
import { trueTime } from "../outages.ts";

const injections = { small: 4, middle: 10, large: 20 };

/** Every fourth injection is watched only until half of them are back: the early censoring that breaks a log-log interval. */
export const recoveryCensored: Claim = {
  kind: "at least",
  prints: "the same where one of four is watched no longer than the true median",
  by: "analyse, report",
  sizes: { small: "4 injections", middle: "10", large: "20" },
  simulate: (queue, size, runs, first = 0) =>
    medianHeld(
      queue,
      { runs, first },
      { blocks: injections[size], perBlock: 1, name: "censored" },
      (index) => (index % 4 === 0 ? trueTime(queue, 0.5, runs) : Number.POSITIVE_INFINITY),
    ),
};

import type { Claim } from "../claim.ts";
import { medianHeld } from "../medians.ts";

const injections = { small: 4, middle: 10, large: 20 };

export const recoveryMedian: Claim = {
  kind: "level",
  prints: "median over injections, each with a trial of its own",
  by: "analyse, report",
  sizes: { small: "4 injections", middle: "10", large: "20" },
  simulate: (queue, size, runs, first = 0) =>
    medianHeld(queue, { runs, first }, { blocks: injections[size], perBlock: 1, name: "single" }),
};

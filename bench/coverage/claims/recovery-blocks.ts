import type { Claim } from "../claim.ts";
import { medianHeld } from "../medians.ts";

const designs = {
  small: { blocks: 4, perBlock: 3 },
  middle: { blocks: 5, perBlock: 4 },
  large: { blocks: 10, perBlock: 2 },
};

export const recoveryBlocks: Claim = {
  kind: "level",
  prints: "median over injections that share deployments",
  by: "analyse, report",
  sizes: { small: "4 blocks of 3 injections", middle: "5 blocks of 4", large: "10 blocks of 2" },
  simulate: (queue, size, runs, first = 0) =>
    medianHeld(queue, { runs, first }, { ...designs[size], name: "blocks" }),
};

/** Every request after an injection is accounted for: offered = ok + late + failed + lost in each injection's window. */
import { atMost, type GateRule } from "./gate.ts";

export const accounting: GateRule = {
  side: "samples",
  judge({ disruption }) {
    return disruption === undefined
      ? []
      : [atMost("accounting", disruption.unaccounted, 0, "requests after an injection unaccounted for")];
  },
};

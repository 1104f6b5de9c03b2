/** Every request after an injection is accounted for: offered = ok + late + failed + lost in each injection's window. */
import { atMost, type GateFunction } from "./gate.ts";

export const accounting: GateFunction = ({ disruption }) =>
  disruption === undefined
    ? []
    : [atMost("accounting", disruption.unaccounted, 0, "requests after an injection unaccounted for")];

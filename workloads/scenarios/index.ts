/**
 * The scenarios by name. Rates are shares of the baseline's measured capacity, so a scenario means the same on any
 * machine; the paper's rates are literal. To add one: one file and one line here.
 */
import type { ScenarioSpec } from "../spec/spec.ts";
import { alwaysBusy } from "./always-busy.ts";
import { bursty } from "./bursty.ts";
import { grid } from "./grid.ts";
import { intense } from "./intense.ts";
import { s1, s2, s3 } from "./paper.ts";
import { steady } from "./steady.ts";

export const scenarios = {
  steady,
  bursty,
  intense,
  "always-busy": alwaysBusy,
  "paper-s1": s1.open,
  "paper-s1-closed": s1.closed,
  "paper-s2": s2.open,
  "paper-s2-closed": s2.closed,
  "paper-s3": s3.open,
  "paper-s3-closed": s3.closed,
  ...Object.fromEntries(grid.map((scenario) => [scenario.name, scenario])),
} satisfies Record<string, ScenarioSpec>;

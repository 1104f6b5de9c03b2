/**
 * The scenarios by name. Rates are shares of the baseline's measured capacity, so a scenario means the same
 * on any machine. A new one is one file and one line here.
 */
import type { ScenarioSpec } from "../spec.ts";
import { bursty } from "./bursty.ts";
import { intense } from "./intense.ts";
import { steady } from "./steady.ts";

export const scenarios = { steady, bursty, intense } satisfies Record<string, ScenarioSpec>;

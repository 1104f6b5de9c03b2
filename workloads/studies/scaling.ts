import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/**
 * Workers 1 to 4 with one inference thread each, and 1 and 2 with two: the capacity, to which the report fits the Universal
 * Scalability Law for each family. Six treatments: eight blocks reach alpha .05 under Holm (2/2^8 * 6 = .047). About 25
 * minutes. Replicas: the study `replicas`.
 */
export const scaling: StudyInput = {
  name: "scaling",
  description: "How much does another worker gain, and how much another thread for each inference?",
  target: "process",
  model: "roberta-base",
  baseline: "int8-graph",
  variants: [
    "int8-workers",
    "int8-workers-3",
    "int8-workers-4",
    "int8-threads",
    "int8-threads-spin",
    "int8-workers-threads",
  ],
  scenarios: [scenarios["always-busy"]],
  blocks: 8,
  primary: "throughput",
  secondary: ["goodput"],
  slo: { responseMs: 500 },
};

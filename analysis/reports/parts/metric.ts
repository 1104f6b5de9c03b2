import type { StudySpec } from "../../../workloads/spec/spec.ts";
import { primaryOf } from "../../compare/estimands.ts";

/** The names of metrics in every text of the report. */
const words: Readonly<Record<string, string>> = {
  p50: "median response time",
  p90: "90th percentile of response time",
  p95: "95th percentile of response time",
  p99: "99th percentile of response time",
  mean: "mean response time",
  throughput: "throughput",
  goodput: "goodput",
  "time-to-sustained": "time to the sustained service level after a disruption",
};

/** @param metric its name in analysis.json; one without words of its own is named as it is */
export function metricWords(metric: string): string {
  return words[metric] ?? metric;
}

/** What the study's scenarios are decided on, once each. */
export function primaryWords(study: StudySpec): string {
  const names = study.scenarios.map(({ name }) => primaryOf(study, name));
  return [...new Set(names)].map(metricWords).join(", or ");
}

/** Short, for the head of a column: `p50, ms`. */
export function metricHead(metric: string, unit: string): string {
  return unit === "" ? metric : `${metric}, ${unit}`;
}

/** The words for a metric, wherever it is named. */
const words: Readonly<Record<string, string>> = {
  p50: "median response time",
  p90: "90th percentile of response time",
  p95: "95th percentile of response time",
  p99: "99th percentile of response time",
  mean: "mean response time",
  throughput: "throughput",
  goodput: "goodput",
};

/** @param metric its name in analysis.json; one without words of its own is named as it is */
export function metricWords(metric: string): string {
  return words[metric] ?? metric;
}

/** Short, for the head of a column: `p50, ms`. */
export function metricHead(metric: string, unit: string): string {
  return unit === "" ? metric : `${metric}, ${unit}`;
}

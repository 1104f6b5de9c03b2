/** The metrics by name, in the order of the reports. To add one: one file and one line here. */
import type { Estimand } from "../../workloads/spec/spec.ts";
import { errorShare } from "./error-share.ts";
import { firstByteP50 } from "./first-byte.ts";
import { goodput } from "./goodput.ts";
import { latenessP99 } from "./lateness.ts";
import { mean } from "./mean.ts";
import type { Metric } from "./metric.ts";
import { p50 } from "./p50.ts";
import { p95 } from "./p95.ts";
import { p99 } from "./p99.ts";
import { serviceP50, serviceP99 } from "./service-time.ts";
import { throughput } from "./throughput.ts";

export const metrics = {
  p50,
  p95,
  p99,
  mean,
  throughput,
  goodput,
  "error-share": errorShare,
  "service-p50": serviceP50,
  "service-p99": serviceP99,
  "first-byte-p50": firstByteP50,
  "lateness-p99": latenessP99,
} satisfies Record<Estimand, Metric> & Record<string, Metric>;

export type { Metric } from "./metric.ts";

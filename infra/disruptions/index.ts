/** The disruptions by name. A new one is one file and one line here. */
import { cpuPressure } from "./cpu-pressure.ts";
import type { Disruption } from "./disruption.ts";
import { hang } from "./hang.ts";
import { networkDelay } from "./network-delay.ts";
import { networkLoss } from "./network-loss.ts";
import { networkPartition } from "./network-partition.ts";
import { noOp } from "./no-op.ts";
import { serverKill } from "./server-kill.ts";
import { workerKill } from "./worker-kill.ts";

export const disruptions = {
  "no-op": noOp,
  "worker-kill": workerKill,
  "server-kill": serverKill,
  hang,
  "cpu-pressure": cpuPressure,
  "network-delay": networkDelay,
  "network-loss": networkLoss,
  "network-partition": networkPartition,
} satisfies Record<string, Disruption>;

export type { Disruption } from "./disruption.ts";

/** The result of `testbed capacity`: its file and its text for the terminal. */
import { z } from "zod";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { provenance } from "../provenance/provenance.ts";
import { table } from "../terminal/print.ts";
import { serviceCapacity } from "./service-capacity.ts";

export const capacityFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  /** Name of a variant, or the address of a service that was running already. */
  service: z.string(),
  /** The variant's settings; null for a service that was running already. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
  payload: z.strictObject({ name: z.string(), digest: z.string() }),
  capacities: z.array(serviceCapacity),
  provenance,
});
export type CapacityFile = z.infer<typeof capacityFile>;

export function capacityText({ service, capacities, provenance: { model } }: CapacityFile): string {
  const digits = (value: number | null) => (value === null ? "-" : String(Number(value.toPrecision(3))));
  return [
    ...(model?.simulated ? ["No model: the service is a simulated queue with a known law."] : []),
    ...(model?.synthetic && !model.simulated
      ? [`Weights of ${model.name} are synthetic; their speed is real.`]
      : []),
    ...capacities.flatMap(({ sentence, probes, ceiling, idleMs }) => [
      `${service}: ${sentence}`,
      `  idle ${digits(idleMs)} ms; closed loop of ${ceiling.connections}: ${digits(ceiling.perSecond)}/s`,
      table([
        ["  rate/s", "requests", "late", "failed", "p50 ms", "p99 ms", "s", "seed"],
        ...probes.map((probe) => [
          `  ${digits(probe.ratePerSecond)}`,
          String(probe.requests),
          probe.endedEarly ? `${probe.late}, ended early` : String(probe.late),
          String(probe.failed),
          digits(probe.p50Ms),
          digits(probe.p99Ms),
          digits(probe.seconds),
          String(probe.seed),
        ]),
      ]),
    ]),
  ].join("\n");
}

/** Single trials on the queues, for what is judged of one trial. */
import type { Flight } from "../../analysis/trial/in-flight.ts";
import type { Size } from "./claim.ts";
import type { Run } from "./queues.ts";

export const trialSizes = { small: "200 requests", middle: "1,000", large: "4,000" } as const;
export const requestsOf: Readonly<Record<Size, number>> = { small: 200, middle: 1000, large: 4000 };

export function flightOfRun({ scheduledMs, completedMs }: Run): Flight {
  return { arrivals: scheduledMs, departures: completedMs.slice().sort() };
}

/** The arrival processes by kind. A new one is one file, one line here, and its shape in spec.ts. */
import type { ArrivalSpec } from "../spec.ts";
import type { Arrival } from "./arrival.ts";
import { constant } from "./constant.ts";
import { exponential } from "./exponential.ts";
import { gamma } from "./gamma.ts";

type ArrivalRoom = {
  readonly [Kind in ArrivalSpec["kind"]]: Arrival<Extract<ArrivalSpec, { kind: Kind }>>;
};

export const arrivals = { constant, exponential, gamma } satisfies ArrivalRoom;

/** The room that a spec belongs to. */
export function arrivalOf(spec: ArrivalSpec): Arrival<ArrivalSpec> {
  return arrivals[spec.kind] as Arrival<ArrivalSpec>;
}

/** The arrival processes by kind. To add one: one file and one line in each of the two lists here. */
import { z } from "zod";
import type { Arrival } from "./arrival.ts";
import { closedLoop } from "./closed-loop.ts";
import { mmpp } from "./mmpp.ts";
import { onOff } from "./on-off.ts";
import { profile } from "./profile.ts";
import { renewals } from "./renewals.ts";
import { saturation } from "./saturation.ts";
import { trace } from "./trace.ts";

export const arrivals = {
  ...renewals,
  mmpp,
  "on-off": onOff,
  profile,
  trace,
  "closed-loop": closedLoop,
  saturation,
} satisfies Record<ArrivalSpec["kind"], unknown>;

/** The law of the gaps as a study file gives it, discriminated by `kind`. */
export const arrivalSpec = z.discriminatedUnion("kind", [
  renewals.constant.schema,
  renewals.exponential.schema,
  renewals.gamma.schema,
  renewals.weibull.schema,
  renewals.lognormal.schema,
  mmpp.schema,
  onOff.schema,
  profile.schema,
  trace.schema,
  closedLoop.schema,
  saturation.schema,
]);
export type ArrivalSpec = z.infer<typeof arrivalSpec>;

/** The catalog entry of a spec. */
export function arrivalOf(spec: ArrivalSpec): Arrival<z.ZodType<ArrivalSpec>> {
  return arrivals[spec.kind] as unknown as Arrival<z.ZodType<ArrivalSpec>>;
}

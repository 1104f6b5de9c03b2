/** The renewal laws, from which other processes are composed. */
import { z } from "zod";
import type { Renewal } from "./arrival.ts";
import { constant } from "./constant.ts";
import { exponential } from "./exponential.ts";
import { gamma } from "./gamma.ts";
import { lognormal } from "./lognormal.ts";
import { weibull } from "./weibull.ts";

export const renewals = { constant, exponential, gamma, weibull, lognormal };

export const renewalSpec = z.discriminatedUnion("kind", [
  constant.schema,
  exponential.schema,
  gamma.schema,
  weibull.schema,
  lognormal.schema,
]);
export type RenewalSpec = z.infer<typeof renewalSpec>;

export function renewalOf(spec: RenewalSpec): Renewal<z.ZodType<RenewalSpec>> {
  return renewals[spec.kind] as unknown as Renewal<z.ZodType<RenewalSpec>>;
}

import { z } from "zod";

/** One loop of a pair: means over valid trials. */
const loopSeen = z.strictObject({
  p50Ms: z.number().nullable(),
  meanMs: z.number().nullable(),
  perSecond: z.number().nullable(),
  /** Measured, over all trials. */
  requests: z.int(),
});

/** A closed loop and the open loop on the same schedule, for one variant. */
export const twinResult = z.strictObject({
  /** The two scenarios. */
  closed: z.string(),
  open: z.string(),
  variant: z.string(),
  users: z.int(),
  /** Of the schedule; the open loop's offered rate. */
  ratePerSecond: z.number().nullable(),
  /** Mean think time of each user. */
  thinkMs: z.number().nullable(),
  /** Valid ones, and the open ones among them that were overloaded. */
  trials: z.strictObject({ closed: z.int(), open: z.int(), overloaded: z.int() }),
  /** users / (think + response of the closed loop). */
  predictedPerSecond: z.number().nullable(),
  /** Of the service by the open loop: rate x response of the closed loop / servers; null with several users. */
  utilisation: z.number().nullable(),
  seen: z.strictObject({ closed: loopSeen, open: loopSeen }),
  sentence: z.string(),
});

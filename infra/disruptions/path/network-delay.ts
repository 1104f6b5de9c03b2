import { z } from "zod";
import { pathDisruption, seconds } from "./network.ts";

/** A longer path between load and service: another zone, or a congested link. */
export const networkDelay = pathDisruption({
  description: "a delay on the path between load and service, each way, for `seconds`",
  settings: z.strictObject({
    delayMs: z.number().min(0).max(60_000).default(100),
    /** Added to it, uniform from 0. */
    jitterMs: z.number().min(0).max(60_000).default(20),
    seconds,
  }),
  condition: ({ delayMs, jitterMs }) => ({ kind: "delay", delayMs, jitterMs }),
});

/** The effect of a path on its traffic. Pure: instants in, instants out. */
import { z } from "zod";
import type { Random } from "../../workloads/random/random.ts";

export const pathCondition = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("clear") }),
  /** Each way: a round trip takes twice as long. */
  z.strictObject({ kind: z.literal("delay"), delayMs: z.number().min(0), jitterMs: z.number().min(0) }),
  /** A lost piece comes after TCP's retransmission, which doubles its wait for each further loss. */
  z.strictObject({
    kind: z.literal("loss"),
    share: z.number().min(0).max(0.9),
    retransmitMs: z.number().min(0),
  }),
  /** No traffic passes, and no connection is closed. */
  z.strictObject({ kind: z.literal("partition") }),
]);
export type PathCondition = z.infer<typeof pathCondition>;
export type PathFault = Exclude<PathCondition, { kind: "clear" }>;

/** How each fault is brought about on a machine: by packets, or by a proxy and why. */
export const pathMeans = z.strictObject({
  delay: z.string(),
  loss: z.string(),
  partition: z.string(),
} satisfies Record<PathFault["kind"], z.ZodType>);
export type PathMeans = z.infer<typeof pathMeans>;

/**
 * When a piece that came at `nowMs` goes on. TCP keeps the order, so never before the piece that came before it.
 * @returns Infinity while the path is parted
 */
export function departureMs(
  condition: PathCondition,
  nowMs: number,
  earlierMs: number,
  random: Random,
): number {
  return Math.max(earlierMs, nowMs + delayOf(condition, random));
}

function delayOf(condition: PathCondition, random: Random): number {
  switch (condition.kind) {
    case "clear":
      return 0;
    case "delay":
      return condition.delayMs + random.uniform() * condition.jitterMs;
    case "partition":
      return Number.POSITIVE_INFINITY;
    case "loss": {
      let delayMs = 0;
      for (let waitMs = condition.retransmitMs; random.uniform() < condition.share; waitMs *= 2) {
        delayMs += waitMs;
      }
      return delayMs;
    }
  }
}

import { z } from "zod";
import { type Arrival, figure } from "./arrival.ts";
import { renewalOf, renewalSpec } from "./renewals.ts";

const schema = z.strictObject({
  kind: z.literal("closed-loop"),
  users: z.int().min(1).max(10_000),
  /** Law of the think times; their mean is users / rate. */
  think: renewalSpec,
});

/**
 * Not an arrival process but what is often taken for one: each user thinks, asks, and waits for the answer before
 * thinking again. The rate then depends on the service:
 *
 *   rate achieved = users / (think time + response time)
 *
 * and a service that stands still is not asked. The schedule holds the arrivals as they would be with response time 0,
 * so that the open-loop twin (the think law as arrivals, same seed) has the same schedule with the same digest: user u
 * makes requests u, u + users, ... and thinks before each for `users` times its gap in the schedule.
 */
export const closedLoop: Arrival<typeof schema> = {
  law: "closed-loop: users who think, send a request and wait; rate is users / mean think time, reached only at response time 0",
  schema,
  describe: ({ users, think }) =>
    `closed loop of ${figure(users)} user${users === 1 ? "" : "s"}, think time ${renewalOf(think).describe(think)}`,
  cv: () => null,
  gaps: ({ think }, size, random) => renewalOf(think).gaps(think, size, random),
  closed: true,
};

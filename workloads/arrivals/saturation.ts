import { z } from "zod";
import { type Arrival, figure } from "./arrival.ts";
import { constant } from "./constant.ts";

const schema = z.strictObject({
  kind: z.literal("saturation"),
  users: z.int().min(1).max(10_000),
});

/**
 * Not an arrival process: each user sends the next request as soon as the last one is answered, until the time is up;
 * requests in flight are then awaited. The service always has `users` requests to work on, so its throughput is its
 * capacity, and no backlog is left for the next trial (an open loop beyond the capacity leaves a backlog that slows
 * what follows).
 *
 * The schedule says in which order the payloads are asked, and how many there are at the most: rate x duration, which
 * the service must not reach before the time is up. Its instants are not used.
 */
export const saturation: Arrival<typeof schema> = {
  law: "saturation: users who send the next request as soon as they have an answer, at most rate x duration requests",
  schema,
  describe: ({ users }) => `saturation by ${figure(users)} user${users === 1 ? "" : "s"} who never pause`,
  cv: () => null,
  gaps: constant.gaps,
  closed: true,
  saturates: true,
};

import { z } from "zod";
import { pathDisruption, seconds } from "./network.ts";

/** A share of what passes is lost once or more, and comes when TCP has sent it again. */
export const networkLoss = pathDisruption({
  description:
    "losses on the path between load and service, each followed by a retransmission, for `seconds`",
  settings: z.strictObject({
    /** Of pieces lost, and of their retransmissions. */
    share: z.number().gt(0).max(0.9).default(0.1),
    /** The first wait; the default is the least that Linux waits. */
    retransmitMs: z.number().positive().max(60_000).default(200),
    seconds,
  }),
  condition: ({ share, retransmitMs }) => ({ kind: "loss", share, retransmitMs }),
});

import { z } from "zod";
import { pathDisruption, seconds } from "./network.ts";

/** A share of the packets is lost once or more, and arrives when TCP retransmits it. */
export const networkLoss = pathDisruption({
  description: "packet loss on the path between load and service, with TCP's retransmissions, for `seconds`",
  settings: z.strictObject({
    /** Of packets each way; of pieces of the stream, and of their retransmissions, where a proxy has to do. */
    share: z.number().gt(0).max(0.9).default(0.1),
    /** Of the proxy: the first wait; the default is the least that Linux waits. */
    retransmitMs: z.number().positive().max(60_000).default(200),
    seconds,
  }),
  condition: ({ share, retransmitMs }) => ({ kind: "loss", share, retransmitMs }),
});

import { z } from "zod";
import { pathDisruption, seconds } from "./network.ts";

/** Load and service both run but cannot reach each other, and no connection is closed. */
export const networkPartition = pathDisruption({
  description: "drops everything between load and service, for `seconds`",
  settings: z.strictObject({ seconds }),
  condition: () => ({ kind: "partition" }),
});

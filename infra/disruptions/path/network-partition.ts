import { z } from "zod";
import { pathDisruption, seconds } from "./network.ts";

/** Both sides live, and neither hears the other; nobody is told. */
export const networkPartition = pathDisruption({
  description: "drops everything between load and service, for `seconds`",
  settings: z.strictObject({ seconds }),
  condition: () => ({ kind: "partition" }),
});

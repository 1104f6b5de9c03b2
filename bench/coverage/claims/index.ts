/** Every interval and error rate that a command prints: one file, one line. The table of docs/statistics.md is made of these. */
import type { Claim } from "../claim.ts";
import { falseAlarm } from "./false-alarm.ts";
import { ratio } from "./ratio.ts";
import { ratioT } from "./ratio-t.ts";

export const claims = {
  ratio,
  "ratio-t": ratioT,
  "false-alarm": falseAlarm,
} satisfies Record<string, Claim>;

export type ClaimName = keyof typeof claims;

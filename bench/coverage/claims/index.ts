/** Every interval and error rate that a command prints: one file, one line. The table of docs/statistics.md is made of these. */
import type { Claim } from "../claim.ts";
import { bands } from "./bands.ts";
import { compareAlarm } from "./compare-alarm.ts";
import { compareOwnRates } from "./compare-own-rates.ts";
import { controlBroken } from "./control-broken.ts";
import { falseAlarm } from "./false-alarm.ts";
import { goodput } from "./goodput.ts";
import { looks } from "./looks.ts";
import { notYet } from "./not-yet.ts";
import { outageSeen } from "./outage-seen.ts";
import { overload } from "./overload.ts";
import { ratio } from "./ratio.ts";
import { ratioT } from "./ratio-t.ts";
import { recoveryBlocks } from "./recovery-blocks.ts";
import { recoveryCensored } from "./recovery-censored.ts";
import { recoveryMedian } from "./recovery-median.ts";
import { saturationFalse } from "./saturation-false.ts";
import { warmUp } from "./warm-up.ts";

export const claims = {
  ratio,
  "ratio-t": ratioT,
  "false-alarm": falseAlarm,
  goodput,
  bands,
  "saturation-false": saturationFalse,
  overload,
  "recovery-median": recoveryMedian,
  "recovery-blocks": recoveryBlocks,
  "recovery-censored": recoveryCensored,
  "not-yet": notYet,
  "control-broken": controlBroken,
  "outage-seen": outageSeen,
  looks,
  "warm-up": warmUp,
  "compare-alarm": compareAlarm,
  "compare-own-rates": compareOwnRates,
} satisfies Record<string, Claim>;

export type ClaimName = keyof typeof claims;

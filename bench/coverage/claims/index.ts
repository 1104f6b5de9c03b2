/** Every interval and error rate that a command prints: one file, one line. The table of docs/statistics.md is made of these. */
import type { Claim } from "../claim.ts";
import { powerAt } from "../overloads.ts";
import { agreement } from "./agreement.ts";
import { bands } from "./bands.ts";
import { cell } from "./cell.ts";
import { compareAlarm } from "./compare-alarm.ts";
import { compareOwnRates } from "./compare-own-rates.ts";
import { compareRatio } from "./compare-ratio.ts";
import { compareSpell } from "./compare-spell.ts";
import { connectionSkew } from "./connection-skew.ts";
import { controlBroken } from "./control-broken.ts";
import { falseAlarm } from "./false-alarm.ts";
import { goodput } from "./goodput.ts";
import { looks } from "./looks.ts";
import { notYet } from "./not-yet.ts";
import { objectiveMet, objectiveMissed } from "./objective.ts";
import { outageSeen } from "./outage-seen.ts";
import { overload } from "./overload.ts";
import { ratio } from "./ratio.ts";
import { ratioT } from "./ratio-t.ts";
import { recoveryBlocks } from "./recovery-blocks.ts";
import { recoveryCensored } from "./recovery-censored.ts";
import { recoveryMedian } from "./recovery-median.ts";
import { saturationFalse } from "./saturation-false.ts";
import { scalingLaw } from "./scaling-law.ts";
import { scheduleGates } from "./schedule-gates.ts";
import { shift } from "./shift.ts";
import { stageMean } from "./stage-mean.ts";
import { steadyDoubted } from "./steady-doubted.ts";
import { steadyMissed } from "./steady-missed.ts";
import { warmUp } from "./warm-up.ts";

export const claims = {
  ratio,
  "ratio-t": ratioT,
  shift,
  "false-alarm": falseAlarm,
  looks,
  cell,
  goodput,
  "objective-met": objectiveMet,
  "objective-missed": objectiveMissed,
  bands,
  "saturation-false": saturationFalse,
  overload,
  "overload-1.05": powerAt(1.05),
  "overload-1.1": powerAt(1.1),
  "overload-1.2": powerAt(1.2),
  "overload-1.5": powerAt(1.5),
  "steady-missed": steadyMissed,
  "steady-doubted": steadyDoubted,
  "recovery-median": recoveryMedian,
  "recovery-blocks": recoveryBlocks,
  "recovery-censored": recoveryCensored,
  "not-yet": notYet,
  "control-broken": controlBroken,
  "outage-seen": outageSeen,
  "stage-mean": stageMean,
  "scaling-law": scalingLaw,
  agreement,
  "schedule-gates": scheduleGates,
  "connection-skew": connectionSkew,
  "warm-up": warmUp,
  "compare-ratio": compareRatio,
  "compare-alarm": compareAlarm,
  "compare-own-rates": compareOwnRates,
  "compare-spell": compareSpell,
} satisfies Record<string, Claim>;

export type ClaimName = keyof typeof claims;

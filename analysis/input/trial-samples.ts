/** The samples of one trial as columns, in the order of the schedule: what every figure of the trial is computed from. */
import { outcomes, type Sample } from "../../workloads/samples/sample.ts";

export interface Trace {
  readonly length: number;
  readonly seq: Uint32Array;
  readonly scheduledMs: Float64Array;
  /** NaN where the request was never sent. */
  readonly sentMs: Float64Array;
  /** NaN where no byte came back. */
  readonly firstByteMs: Float64Array;
  readonly completedMs: Float64Array;
  /** Index into `outcomes`; 0 is ok. */
  readonly outcome: Uint8Array;
  readonly payload: Uint32Array;
  readonly label: Coded;
  readonly server: Coded;
}

/** Texts that repeat: `names[codes[i]]`. */
export interface Coded {
  readonly codes: Uint32Array;
  readonly names: readonly string[];
}

export const okOutcome = outcomes.indexOf("ok");

/** +Infinity for a failure: it counts as later than anything (statistics.md point 9). */
export function responseMs(trace: Trace, index: number): number {
  return trace.outcome[index] === okOutcome
    ? trace.completedMs[index]! - trace.scheduledMs[index]!
    : Number.POSITIVE_INFINITY;
}

export function traceOf(samples: readonly Sample[]): Trace {
  const ordered = [...samples].sort((a, b) => a.scheduledMs - b.scheduledMs || a.seq - b.seq);
  const times = (field: "scheduledMs" | "sentMs" | "firstByteMs" | "completedMs") =>
    Float64Array.from(ordered, (sample) => sample[field]);
  return {
    length: ordered.length,
    seq: Uint32Array.from(ordered, ({ seq }) => seq),
    scheduledMs: times("scheduledMs"),
    sentMs: times("sentMs"),
    firstByteMs: times("firstByteMs"),
    completedMs: times("completedMs"),
    outcome: Uint8Array.from(ordered, ({ outcome }) => outcomes.indexOf(outcome)),
    payload: Uint32Array.from(ordered, ({ payload }) => payload),
    label: coded(ordered.map(({ label }) => label)),
    server: coded(ordered.map(({ server }) => server)),
  };
}

function coded(texts: readonly string[]): Coded {
  const codes = new Map<string, number>();
  return {
    codes: Uint32Array.from(texts, (text) => {
      const code = codes.get(text) ?? codes.size;
      codes.set(text, code);
      return code;
    }),
    names: [...codes.keys()],
  };
}

import { z } from "zod";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { formNames } from "../traces/forms.ts";
import { traceOf } from "../traces/trace-store.ts";
import { type Arrival, figure } from "./arrival.ts";

const schema = z.strictObject({
  kind: z.literal("trace"),
  /** CSV or JSON lines, one instant a row, ascending: docs/workloads.md has the forms that are known by name. */
  file: z.string().min(1),
  /** Where the file is to be of one form and no other. */
  form: z.enum(formNames).optional(),
  /** Heading of the column of instants, or its number from 1, where the headings leave a doubt. */
  column: z.union([z.string().min(1), z.int().min(1)]).optional(),
  /** Of the numbers; left out, what the form or the heading says, else seconds. */
  unit: z.enum(["s", "ms", "us", "ns"]).optional(),
  /** Recorded speed times this; without it, the speed that gives the scenario's rate. */
  rateFactor: z.number().positive().max(1e6).optional(),
  /** Of the instants. Plans and schedules have it: the trace is then that one and no other. */
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
});
export type TraceSpec = z.infer<typeof schema>;

/**
 * Replay of recorded arrivals from the first one on, on one time axis stretched by one factor.
 * It never repeats: a trace shorter than the duration is an error, because a seam is an arrival pattern of its own.
 */
export const trace: Arrival<typeof schema> = {
  law: "trace: recorded instants of a file replayed on one stretched time axis; rateFactor, or the scenario's rate",
  schema,
  describe: (spec) =>
    `trace ${spec.file}, ${spec.rateFactor === undefined ? "at the scenario's rate" : `rate factor ${figure(spec.rateFactor)}`}`,
  cv: () => null,
  ownRate: (spec) =>
    spec.rateFactor === undefined ? undefined : recordedRate(secondsOf(spec)) * spec.rateFactor,
  check: (spec) => [...traceOf(spec).problems],
  gaps(spec, { ratePerSecond, durationSeconds }) {
    const seconds = secondsOf(spec);
    const factor = spec.rateFactor ?? ratePerSecond / recordedRate(seconds);
    const length = seconds.at(-1)! / factor;
    if (length < durationSeconds) {
      throw new TestbedError("badInput", `trace ${spec.file} is too short`, {
        problems: [tooShort(length, durationSeconds)],
        hint: "Use a shorter duration, a lower rate or a longer trace.",
      });
    }
    let next = 0;
    return () => {
      const gap =
        ((seconds[next] ?? Number.POSITIVE_INFINITY) - (next === 0 ? 0 : seconds[next - 1]!)) / factor;
      next++;
      return gap;
    };
  },
};

function tooShort(length: number, asked: number): Problem {
  return {
    path: "duration",
    expected: `at most the trace's ${figure(length)} s at this rate`,
    got: `${figure(asked)} s`,
  };
}

/** Since the first instant. @throws TestbedError naming every bad row */
function secondsOf(spec: TraceSpec): Float64Array {
  const { held, problems } = traceOf(spec);
  if (held !== undefined) return held.seconds;
  throw new TestbedError("badInput", `trace ${spec.file} cannot be replayed`, {
    problems,
    hint: "docs/workloads.md describes the forms of traces; `column`, `unit` and `form` resolve ambiguities.",
  });
}

function recordedRate(seconds: Float64Array): number {
  return (seconds.length - 1) / seconds.at(-1)!;
}

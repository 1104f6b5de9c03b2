import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Problem, TestbedError } from "../../errors.ts";
import { type Arrival, figure } from "./arrival.ts";

const schema = z.strictObject({
  kind: z.literal("trace"),
  /** CSV with one timestamp in the first column of each row, ascending; a heading is allowed. */
  file: z.string().min(1),
  unit: z.enum(["s", "ms"]).default("s"),
  /** Recorded speed times this; without it, the speed that gives the scenario's rate. */
  rateFactor: z.number().positive().max(1e6).optional(),
});
type TraceSpec = z.infer<typeof schema>;

/** Problems named before the rest is left unsaid. */
const mostProblems = 20;

/**
 * Replay of recorded arrivals: the timestamps of a CSV from the first one on, on one time axis stretched by one factor.
 * It never repeats: a trace shorter than the duration is an error, because a seam is an arrival pattern of its own.
 */
export const trace: Arrival<typeof schema> = {
  law: "trace: timestamps of a CSV replayed on one stretched time axis; rateFactor, or the scenario's rate",
  schema,
  describe: (spec) =>
    `trace ${spec.file}, ${spec.rateFactor === undefined ? "at the scenario's rate" : `rate factor ${figure(spec.rateFactor)}`}`,
  cv: () => null,
  ownRate: (spec) =>
    spec.rateFactor === undefined ? undefined : recordedRate(readTrace(spec)) * spec.rateFactor,
  check: (spec) => parse(spec).problems,
  gaps(spec, { ratePerSecond, durationSeconds }) {
    const seconds = readTrace(spec);
    const factor = spec.rateFactor ?? ratePerSecond / recordedRate(seconds);
    const length = seconds.at(-1)! / factor;
    if (length < durationSeconds) {
      throw new TestbedError("badInput", `trace ${spec.file} is too short`, {
        problems: [
          {
            path: "duration",
            expected: `at most the trace's ${figure(length)} s at this rate`,
            got: `${figure(durationSeconds)} s`,
          },
        ],
        hint: "Ask for less time or a lower rate, or bring a longer trace.",
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

/** Seconds since the first timestamp. @throws TestbedError naming every bad row */
function readTrace(spec: TraceSpec): Float64Array {
  const { seconds, problems } = parse(spec);
  if (problems.length === 0) return seconds;
  throw new TestbedError("badInput", `trace ${spec.file} cannot be replayed`, {
    problems,
    hint: "One ascending number a row, in the first column.",
  });
}

function parse({ file, unit }: TraceSpec): { seconds: Float64Array; problems: Problem[] } {
  const problems: Problem[] = [];
  const values: number[] = [];
  const problem = (path: string, expected: string, got: string) => {
    if (problems.length < mostProblems) problems.push({ path: `${file} ${path}`, expected, got });
  };
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {
      seconds: new Float64Array(),
      problems: [{ path: file, expected: "a readable CSV file", got: "none" }],
    };
  }
  text.split(/\r?\n/).forEach((row, index) => {
    const cell = row.split(",")[0]!.trim();
    if (row.trim() === "" || (index === 0 && Number.isNaN(Number(cell)))) return;
    const value = cell === "" ? Number.NaN : Number(cell);
    if (!Number.isFinite(value)) problem(`row ${index + 1}`, "a number", row.slice(0, 40));
    else if (value < (values.at(-1) ?? value)) problem(`row ${index + 1}`, `at least ${values.at(-1)}`, cell);
    else values.push(value);
  });
  if (problems.length === 0 && !(values.at(-1)! > values[0]!)) {
    problem("", "at least two different timestamps", `${values.length}`);
  }
  const scale = unit === "s" ? 1 : 1e-3;
  return { seconds: Float64Array.from(values, (value) => (value - values[0]!) * scale), problems };
}

function recordedRate(seconds: Float64Array): number {
  return (seconds.length - 1) / seconds.at(-1)!;
}

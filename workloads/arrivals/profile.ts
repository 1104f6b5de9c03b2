import { z } from "zod";
import { exactCosine } from "../random/exact-math.ts";
import { type Arrival, figure } from "./arrival.ts";
import { renewalOf, renewalSpec } from "./renewals.ts";

const level = z.number().min(0).max(1e6);
const shape = z.discriminatedUnion("shape", [
  z
    .strictObject({ shape: z.literal("ramp"), from: level, to: level })
    .refine(({ from, to }) => from + to > 0, { message: "a level above 0 somewhere" }),
  z
    .strictObject({ shape: z.literal("steps"), levels: z.array(level).min(1).max(1000) })
    .refine(({ levels }) => levels.some((value) => value > 0), { message: "a level above 0 somewhere" }),
  z.strictObject({
    shape: z.literal("diurnal"),
    /** Days in the duration; each begins at its quietest. */
    cycles: z.number().positive().max(1000),
    /** Peak / trough. */
    peakToTrough: z.number().min(1).max(1e6),
  }),
]);
const schema = z.strictObject({ kind: z.literal("profile"), of: renewalSpec, over: shape });
type Over = z.infer<typeof shape>;

/**
 * A rate that changes over the run, modulating a renewal process by time change:
 *
 *   L(t) = integral from 0 to t of l(u) du,   arrivals at t_i = L^-1(s_i),   s_i the arrivals of the process at rate 1
 *
 * where l is the rate profile with mean `rate` over the duration. So at each level the process keeps its cv (Gerhardt &
 * Nelson 2009); stretching single gaps, or the whole to end on time, would not.
 */
export const profile: Arrival<typeof schema> = {
  law: "profile: ramp, steps or diurnal rate over the duration, modulating a renewal process by time change",
  schema,
  describe: ({ of, over }) => `${renewalOf(of).describe(of)}, modulated: ${shapeText(over)}`,
  cv: () => null,
  gaps({ of, over }, size, random) {
    const timeOf = inverseOf(knotsOf(over), size.durationSeconds);
    const next = renewalOf(of).gaps(of, size, random);
    let operational = 0;
    let at = 0;
    return () => {
      operational += next();
      const before = at;
      at = timeOf(operational);
      return at - before;
    };
  },
};

/** Straight pieces of l over the duration as [share of the duration, level]; two points at one share are a jump. */
type Knots = readonly (readonly [number, number])[];

function knotsOf(over: Over): Knots {
  if (over.shape === "ramp")
    return [
      [0, over.from],
      [1, over.to],
    ];
  if (over.shape === "steps") {
    const n = over.levels.length;
    return over.levels.flatMap((value, step) => [
      [step / n, value] as const,
      [(step + 1) / n, value] as const,
    ]);
  }
  // 48 straight pieces a day are within 0.1 % of the peak of a cosine.
  const pieces = Math.ceil(48 * over.cycles);
  const swing = (over.peakToTrough - 1) / 2;
  return Array.from({ length: pieces + 1 }, (_, piece) => {
    const day = (piece / pieces) * over.cycles;
    return [piece / pieces, 1 + swing * (1 - exactCosine(day - Math.floor(day)))] as const;
  });
}

/** Operational seconds -> seconds, with l scaled to mean 1 over the duration; Infinity beyond its end. */
function inverseOf(knots: Knots, durationSeconds: number): (operational: number) => number {
  const pieces = knots.slice(1).map(([end, high], index) => {
    const [start, low] = knots[index]!;
    return { start, width: end - start, low, high, area: ((low + high) / 2) * (end - start) };
  });
  const mean = pieces.reduce((sum, { area }) => sum + area, 0);
  let piece = 0;
  let before = 0;
  return (operational) => {
    const target = (operational / durationSeconds) * mean;
    while (piece < pieces.length && before + pieces[piece]!.area < target) before += pieces[piece++]!.area;
    const here = pieces[piece];
    if (here === undefined) return Number.POSITIVE_INFINITY;
    const slope = here.width === 0 ? 0 : (here.high - here.low) / here.width;
    const rest = target - before;
    // rest = low x + slope x^2 / 2, in the form that does not cancel where the slope is small.
    const x = rest === 0 ? 0 : (2 * rest) / (here.low + Math.sqrt(here.low * here.low + 2 * slope * rest));
    return (here.start + Math.min(x, here.width)) * durationSeconds;
  };
}

function shapeText(over: Over): string {
  if (over.shape === "ramp") return `ramp from ${figure(over.from)} to ${figure(over.to)}`;
  if (over.shape === "steps") return `steps ${over.levels.map(figure).join(", ")}`;
  return `${figure(over.cycles)} days, peak ${figure(over.peakToTrough)} times the trough`;
}

/**
 * An arrival process: the law of the instants at which requests are sent.
 *
 *        |<-first->|<-- gap -->|<-gap->|<---- gap ---->|
 *   -----0---------*-----------*-------*---------------*-----> time
 *      start
 *
 * Every process is stationary from the start, so that the expected number of arrivals in T seconds is exactly
 * rate x T. For a renewal process the first gap is therefore the residual life of a gap that began before the start
 * (Cox 1962, section 5.4). Begun with a whole gap instead, a process with cv 4 would send 7.5 requests too many.
 */
import type { z } from "zod";
import type { Problem } from "../../errors/errors.ts";
import type { Random } from "../random/random.ts";

export interface Arrival<Schema extends z.ZodType = z.ZodType> {
  /** One line: the law, its symbols, and what its parameters do. */
  readonly law: string;
  /** The parameters as a study file gives them; an arrival is a shape, its rate comes from the scenario. */
  readonly schema: Schema;
  /** The parameters in every form in use, for the report: `gamma, cv 2 (shape 0.25)`. */
  describe(spec: z.infer<Schema>): string;
  /** Coefficient of variation of the gaps, standard deviation / mean; null where the gaps are not independent. */
  cv(spec: z.infer<Schema>): number | null;
  /** Seconds from each arrival to the next, the first from the start; one per call, Infinity after the last. */
  gaps(spec: z.infer<Schema>, size: ScheduleSize, random: Random): () => number;
  /** Users who wait for their answers: the service decides when it is asked, and no instant is known before. */
  readonly closed?: true;
  /** A closed loop that always gives the service something to do: throughput is capacity. */
  readonly saturates?: true;
  /** The rate, where the process has one of its own that the scenario's does not replace. */
  ownRate?(spec: z.infer<Schema>): number | undefined;
  /** What is wrong with the world that the spec refers to (a file, for example). */
  check?(spec: z.infer<Schema>): Problem[];
}

export interface ScheduleSize {
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
}

/** A renewal process: independent gaps of one law, given with mean 1. */
export interface Renewal<Schema extends z.ZodType = z.ZodType> extends Arrival<Schema> {
  cv(spec: z.infer<Schema>): number;
  gap(spec: z.infer<Schema>, random: Random): number;
  /** What is left of a gap met at a random instant: density (1 - F(x)) / mean. */
  residual(spec: z.infer<Schema>, random: Random): number;
  /** F(x) of a gap. */
  cdf(spec: z.infer<Schema>, x: number): number;
}

export function renewal<Schema extends z.ZodType>(law: Omit<Renewal<Schema>, "gaps">): Renewal<Schema> {
  return {
    ...law,
    gaps: (spec, { ratePerSecond }, random) =>
      firstThen(
        () => law.residual(spec, random) / ratePerSecond,
        () => law.gap(spec, random) / ratePerSecond,
      ),
  };
}

/** The first call gives what `first` draws, every later one what `rest` draws. */
export function firstThen(first: () => number, rest: () => number): () => number {
  let draw = () => {
    draw = rest;
    return first();
  };
  return () => draw();
}

/** A parameter as a reader wants it. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

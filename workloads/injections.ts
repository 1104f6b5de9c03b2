/** When a trial's injections are meant to happen: one in each slot, at a seeded random phase. */
import { randomStream } from "./random.ts";
import type { DisruptionSpec } from "./spec.ts";

export interface Slot {
  readonly index: number;
  /** Uniform on the slot's first half; ms from the trial's start. */
  readonly intendedMs: number;
  /** An injection that has not begun by then is not made: the rest of the slot is for the recovery. */
  readonly latestMs: number;
  readonly endMs: number;
}

/**
 * A random phase, because services, probes and controllers have periods of their own, and a fixed one would hit the
 * same point of them each time. Of the trial's seed alone, so that all variants of a block are hit at the same instants.
 * @param warmupSeconds before the first slots count
 */
export function slotsOf(spec: DisruptionSpec, seed: number, warmupSeconds: number): readonly Slot[] {
  const random = randomStream(seed, "injections");
  const slotMs = spec.everySeconds * 1000;
  return Array.from({ length: spec.injections }, (_, index) => {
    const beginMs = (warmupSeconds + spec.firstAfterSeconds) * 1000 + index * slotMs;
    const latestMs = beginMs + slotMs / 2;
    return {
      index,
      intendedMs: beginMs + (random.uniform() * slotMs) / 2,
      latestMs,
      endMs: beginMs + slotMs,
    };
  });
}

/** Of load, without the warm-up, that all the slots take. */
export function leastDurationSeconds(spec: DisruptionSpec): number {
  return spec.firstAfterSeconds + spec.injections * spec.everySeconds;
}

/** The intended instants of a trial's injections: one in each slot, at a seeded random phase. */
import { randomStream } from "../random/random.ts";
import type { DisruptionSpec } from "./spec.ts";

export interface Slot {
  readonly index: number;
  /** Uniform on the slot's first part, the phase; ms from the trial's start. */
  readonly intendedMs: number;
  /** Latest start of an injection: the rest of the slot is for the recovery. */
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
  const phaseMs = phaseSecondsOf(spec) * 1000;
  return Array.from({ length: spec.injections }, (_, index) => {
    const beginMs = (warmupSeconds + spec.firstAfterSeconds) * 1000 + index * slotMs;
    return {
      index,
      intendedMs: beginMs + random.uniform() * phaseMs,
      latestMs: beginMs + phaseMs,
      endMs: beginMs + slotMs,
    };
  });
}

/** Where an injection may begin, from its slot's beginning. */
export function phaseSecondsOf({ everySeconds, phaseSeconds }: DisruptionSpec): number {
  return phaseSeconds ?? everySeconds / 2;
}

/** Of load, without the warm-up, that all the slots take. */
export function leastDurationSeconds(spec: DisruptionSpec): number {
  return spec.firstAfterSeconds + spec.injections * spec.everySeconds;
}

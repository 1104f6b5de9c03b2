/** Seeded random order: of a block's deployments and scenarios, of a tuning's looks, of a bench's rounds. */
import { createHash } from "node:crypto";

/**
 * Fisher-Yates over draws keyed by name and position, so that one shuffle never shifts another.
 * A modulo of 2^32 over at most a few dozen items is uniform to 1e-8.
 */
export function shuffled<T>(items: readonly T[], key: string): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const pick = draw(key, last) % (last + 1);
    [result[last], result[pick]] = [result[pick]!, result[last]!];
  }
  return result;
}

/** A 32-bit draw that is a function of its name alone. */
export function draw(key: string, index: number): number {
  return createHash("sha256").update(`${key}#${index}`).digest().readUInt32LE(0);
}

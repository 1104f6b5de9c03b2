/** Poisson arrivals whose rate jumps between two states: the part that mmpp and on-off share. */
import type { Random } from "../random/random.ts";

/**
 * @param ratesPerSecond of the two states; 0 is silence
 * @param first the state at the start, and how long it still lasts
 * @param sojourn seconds that a stay in a state lasts
 */
export function modulatedPoisson(
  ratesPerSecond: readonly [number, number],
  first: { readonly state: 0 | 1; readonly seconds: number },
  sojourn: (state: 0 | 1) => number,
  random: Random,
): () => number {
  let { state, seconds: left } = first;
  return () => {
    let waited = 0;
    for (;;) {
      // A gap that ends after the state is drawn again in the next state: Poisson arrivals have no memory.
      const gap =
        ratesPerSecond[state] === 0 ? Number.POSITIVE_INFINITY : random.exponential() / ratesPerSecond[state];
      if (gap <= left) {
        left -= gap;
        return waited + gap;
      }
      waited += left;
      state = state === 0 ? 1 : 0;
      left = sojourn(state);
    }
  };
}

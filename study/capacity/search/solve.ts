/** Of the place and of the value, relative. */
const precision = 2e-4;
const mostRounds = 60;
const nearBy = 1.2;
const tiny = 1e-9;

/**
 * Where a rising function passes a level: the bracket grows from `near` until it holds the place, up to a thousandfold, is
 * halved until it is short, then false position on logarithms (Illinois), since the lateness is nearly a power of s.
 */
export function solve(rising: (x: number) => number, level: number, near: number): number {
  const miss = (x: number) => Math.log(Math.max(rising(x), tiny) / Math.max(level, tiny));
  let [low, high] = [near / 1.03, near * 1.03];
  let [below, above] = [miss(low), miss(high)];
  for (let step = 1.1; above < 0 && high < near * 1e3; step *= step) {
    [low, below] = [high, above];
    high *= step;
    above = miss(high);
  }
  for (let step = 1.1; below > 0 && low > near / 1e3; step *= step) {
    [high, above] = [low, below];
    low /= step;
    below = miss(low);
  }
  // Never below the level, never above it, or at it all the while.
  if (below >= 0) return low;
  if (above <= 0) return high;
  let stuck = 0;
  for (let round = 0; high / low > 1 + precision && round < mostRounds; round++) {
    // Far apart the lateness is no power of s any more: it has an end, with every request late.
    const share = high / low > nearBy ? 0.5 : Math.min(0.95, Math.max(0.05, below / (below - above)));
    const middle = low * (high / low) ** share;
    const value = miss(middle);
    if (Math.abs(value) < precision) return middle;
    if (value < 0) {
      [low, below] = [middle, value];
      // The same end twice: halving the other's weight moves it.
      if (stuck < 0) above /= 2;
      stuck = -1;
    } else {
      [high, above] = [middle, value];
      if (stuck > 0) below /= 2;
      stuck = 1;
    }
  }
  return Math.sqrt(low * high);
}

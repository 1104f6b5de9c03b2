/**
 * Holm's step-down adjustment (1979): with p sorted ascending, p'_(i) = max over j <= i of (m - j + 1) p_(j), at most 1.
 * @param p null for a comparison of the declared family that could not be tested: it still counts in m
 */
export function holm(p: readonly (number | null)[]): (number | null)[] {
  const order = p
    .map((value, index) => ({ value, index }))
    .filter((entry): entry is { value: number; index: number } => entry.value !== null)
    .sort((a, b) => a.value - b.value);
  const adjusted: (number | null)[] = p.map(() => null);
  let running = 0;
  order.forEach(({ value, index }, position) => {
    running = Math.max(running, Math.min(1, (p.length - position) * value));
    adjusted[index] = running;
  });
  return adjusted;
}
